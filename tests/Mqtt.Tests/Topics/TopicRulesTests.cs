using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt.Broker;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Tests.Topics;

public sealed class TopicRulesTests
{
    public static readonly TheoryData<string, string, bool> Table = new()
    {
        // The examples of MQTT 5.0 sections 4.7.1 and 4.7.2.
        { "sport/tennis/player1/#", "sport/tennis/player1", true },
        { "sport/tennis/player1/#", "sport/tennis/player1/ranking", true },
        { "sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true },
        { "sport/#", "sport", true },
        { "#", "anything/at/all", true },
        { "sport/tennis/+", "sport/tennis/player1", true },
        { "sport/tennis/+", "sport/tennis/player1/ranking", false },
        { "sport/+", "sport", false },
        { "sport/+", "sport/", true },
        { "+/+", "/finance", true },
        { "/+", "/finance", true },
        { "+", "/finance", false },
        { "#", "$SYS/monitor", false },
        { "+/monitor/Clients", "$SYS/monitor/Clients", false },
        { "$SYS/#", "$SYS/monitor/Clients", true },
        { "$SYS/monitor/+", "$SYS/monitor/Clients", true },
        { "ACCOUNTS", "Accounts", false },
        { "a/b", "a/b", true },
        { "a/b", "a/b/c", false },
        { "a/b/c", "a/b", false },
        { "a/+/c", "a//c", true },
        { "a/#", "ab", false },
        { "/", "/", true },
        { "+/+", "/", true },
        { "a/$b", "a/$b", true },
        { "a/+", "a/$b", true },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Filter_AgainstAName_MatchesAsTheTextSays(string filter, string name, bool matches)
    {
        Assert.Equal(matches, TopicRules.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(name)));
        Assert.Equal(matches, TreeMatches(filter, name));
    }

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("+/tennis/#", true)]
    [InlineData("/", true)]
    [InlineData("", false)]
    [InlineData("sport/tennis#", false)]
    [InlineData("sport/tennis/#/ranking", false)]
    [InlineData("sport+", false)]
    [InlineData("a/+b/c", false)]
    [InlineData("a\0b", false)]
    public void Filter_Checked_IsValidAsTheTextSays(string filter, bool valid) => Assert.Equal(valid, TopicRules.IsFilter(filter));

    [Fact]
    public void Filter_WithMoreLevelsThanAllowed_IsNotValid()
    {
        Assert.True(TopicRules.IsFilter(new string('/', TopicRules.MaximumLevels - 1)));
        Assert.False(TopicRules.IsFilter(new string('/', TopicRules.MaximumLevels)));
    }

    [Fact]
    public void Tree_WithAnyFilterAndName_AgreesWithTheRule()
    {
        var level = Gen.Elements("a", "b", "", "$x");
        var names = Gen.NonEmptyListOf(level).Select(l => string.Join('/', l)).Where(n => n.Length > 0);
        var filters = (from levels in Gen.NonEmptyListOf(Gen.OneOf(level, Gen.Constant("+")))
                       from open in Gen.Elements("", "/#")
                       select string.Join('/', levels) + open).Where(TopicRules.IsFilter);
        var both = from filter in filters from name in names select (filter, name);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            both.ToArbitrary(),
            p => TopicRules.Matches(Encoding.UTF8.GetBytes(p.filter), Encoding.UTF8.GetBytes(p.name)) == TreeMatches(p.filter, p.name)));
    }

    [Fact]
    public void Tree_AfterEveryChange_ForgetsWhatItKnewOfATopic()
    {
        var tree = new SubscriptionTree();
        var subscription = new LocalSubscription("a/+", static (in MqttMessage _) => ValueTask.CompletedTask);
        Assert.Empty(tree.Match("a/b"u8).Local);
        tree.Add(subscription);
        Assert.Single(tree.Match("a/b"u8).Local);
        Assert.Same(tree.Match("a/b"u8), tree.Match("a/b"u8));
        tree.Remove(subscription);
        Assert.Empty(tree.Match("a/b"u8).Local);
    }

    [Fact]
    public void Tree_WithTwoFiltersOfOneClient_GivesItOneMessageWithTheBetterOfBoth()
    {
        var broker = new BrokerState(new MqttBrokerOptions(), TimeProvider.System, NullLogger.Instance);
        var session = new Session("a", broker);
        broker.Topics.Add("a/#", new RemoteSubscription(session, MqttQos.AtMostOnce, NoLocal: true, RetainAsPublished: true, []));
        broker.Topics.Add("a/+", new RemoteSubscription(session, MqttQos.AtLeastOnce, NoLocal: false, RetainAsPublished: false, []));
        var match = Assert.Single(broker.Topics.Match("a/b"u8).Remote);
        Assert.Equal((MqttQos.AtLeastOnce, false, true), (match.Qos, match.NoLocal, match.RetainAsPublished));
        Assert.Equal(2, broker.Topics.Count);
    }

    private static bool TreeMatches(string filter, string name)
    {
        var tree = new SubscriptionTree();
        tree.Add(new LocalSubscription(filter, static (in MqttMessage _) => ValueTask.CompletedTask));
        return tree.Match(Encoding.UTF8.GetBytes(name)).Local.Length > 0;
    }
}
