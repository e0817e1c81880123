using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.Mqtt.Broker.Security;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Tests.Security;

public sealed class PermissionsTests
{
    private static readonly Gen<string> Level = Gen.Elements("a", "b", "", "$SYS");

    private static readonly Gen<string> Name = Level.NonEmptyListOf().Select(static l => string.Join('/', l.Take(4))).Where(static n => n.Length > 0);

    private static readonly Gen<string> Filter =
        from levels in Gen.Elements("a", "b", "", "+", "+", "$SYS").NonEmptyListOf()
        from open in Gen.Elements(true, false)
        let filter = string.Join('/', levels.Take(3)) + (open ? "/#" : "")
        select filter.Length == 0 ? "#" : filter;

    private static readonly Gen<MqttTopicRule> Rule =
        from filter in Filter
        from access in Gen.Elements(MqttAccess.Read, MqttAccess.Read, MqttAccess.ReadWrite, MqttAccess.Write, MqttAccess.Deny)
        select new MqttTopicRule(filter, access);

    [Fact]
    public void MaySubscribe_ToAFilter_ImpliesThatAllItMatchesMayBeRead()
    {
        var granted = 0;
        var cases = from rules in Rule.NonEmptyListOf() from filter in Filter from names in Name.ListOf(20) select (rules, filter, names);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var permissions = MqttPermissions.Of(c.rules);
            if (!permissions.MaySubscribe(c.filter)) return true;
            granted++;
            return c.names.Select(Encoding.UTF8.GetBytes)
                .Where(name => TopicRules.Matches(Encoding.UTF8.GetBytes(c.filter), name))
                .All(name => permissions.MayRead(name));
        }));
        Assert.True(granted > 200, $"{granted}");
    }

    [Fact]
    public void Filters_ThatMeet_AreThoseWithANameInCommon()
    {
        var cases = from one in Filter from other in Filter from names in Name.ListOf(20) select (one, other, names);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(cases.ToArbitrary(), static c =>
        {
            var (one, other) = (Encoding.UTF8.GetBytes(c.one), Encoding.UTF8.GetBytes(c.other));
            var common = c.names.Select(Encoding.UTF8.GetBytes).Any(n => TopicRules.Matches(one, n) && TopicRules.Matches(other, n));
            return !common || FilterRelations.Meet(one, other);
        }));
    }

    [Theory]
    [InlineData("#", "#", true)]
    [InlineData("#", "a/+/b", true)]
    [InlineData("+/#", "#", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/+/c/#", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/+/#", "a/#", false)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$SYS/#", "#", false)]
    public void Covers_IsContainment(string outer, string inner, bool covers) =>
        Assert.Equal(covers, FilterRelations.Covers(Encoding.UTF8.GetBytes(outer), Encoding.UTF8.GetBytes(inner)));

    [Theory]
    [InlineData("a/#", "+/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+", "a/b", false)]
    [InlineData("+/+", "a/b", true)]
    [InlineData("a/b", "a/c", false)]
    public void Meet_IsBothWays(string one, string other, bool meet)
    {
        Assert.Equal(meet, FilterRelations.Meet(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other)));
        Assert.Equal(meet, FilterRelations.Meet(Encoding.UTF8.GetBytes(other), Encoding.UTF8.GetBytes(one)));
    }

    [Fact]
    public void MayPublish_AskedForEachMessage_AllocatesNothing()
    {
        var permissions = MqttPermissions.Of([new("x/#"), new("site/+/in/#", MqttAccess.Write), new("site/secret/#", MqttAccess.Deny)]);
        Assert.True(permissions.MayPublish("site/hq/in/P-1"u8));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) permissions.MayPublish("site/hq/in/P-1"u8);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.False(permissions.MayPublish("site/secret/in/P-1"u8));
        Assert.False(permissions.MayPublish("y"u8));
    }

    [Fact]
    public void Default_AllowsEverythingButToPublishSystemTopics()
    {
        Assert.True(MqttPermissions.Default.MayPublish("a"u8));
        Assert.True(MqttPermissions.Default.MayPublish("$other/a"u8));
        Assert.False(MqttPermissions.Default.MayPublish("$SYS/a"u8));
        Assert.True(MqttPermissions.Default.MaySubscribe("$SYS/#") && MqttPermissions.Default.MaySubscribe("#"));
        Assert.True(MqttPermissions.All.MayPublish("$SYS/a"u8));
        Assert.Throws<ArgumentException>(() => MqttPermissions.Of([new("a/#/b")]));
    }

    [Theory]
    [InlineData("gateway", "c", "site/gateway/x", true)]
    [InlineData("gateway", "c", "dev/c", true)]
    [InlineData("gateway", "c", "site/other/x", false)]
    [InlineData("gateway", "c", "own x", true)]
    [InlineData("other", "c", "own x", false)]
    [InlineData(null, "c", "own x", false)]
    [InlineData(null, "c", "site//x", false)]
    [InlineData(null, "panel 1", "wall", true)]
    [InlineData(null, "c", "wall", false)]
    [InlineData("+", "#", "site/a/x", false)]
    [InlineData("a/b", "c", "site/a/b/x", false)]
    [InlineData("gateway", "$SYS", "dev/$SYS", false)]
    [InlineData("gateway", "c", "common", true)]
    [InlineData("gateway", "c", "common/log/c", false)]
    [InlineData("gateway", "+", "common/log/c", false)]
    [InlineData("gateway", "c", "common/log/d", true)]
    public void AclRules_OfAFile_SayWhatAClientMayPublish(string? user, string clientId, string topic, bool may)
    {
        var problems = new List<string>();
        var rules = AclRules.Parse(
            "acl",
            [
                "# everyone", "topic common/#", "pattern write dev/%c", "", "user gateway", "topic own x", "topic write site/%u/#",
                "topic deny common/log/%c", "clientid panel 1", "  topic wall",
            ],
            problems);
        Assert.Empty(problems);
        Assert.Equal(may, rules.For(user, clientId).MayPublish(Encoding.UTF8.GetBytes(topic)));
    }

    [Fact]
    public void AclRules_WithMistakes_NameAllOfThemByLine()
    {
        var problems = new List<string>();
        AclRules.Parse("acl", ["user", "topic", "topic read", "topic read a/#/b", "pattern a+", "rule x"], problems);
        Assert.Equal(["acl:1", "acl:2", "acl:4", "acl:5", "acl:6"], problems.Select(static p => p[..5]));
    }
}
