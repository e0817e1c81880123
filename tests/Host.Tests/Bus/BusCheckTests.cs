using Microsoft.Extensions.Options;
using Plantroom.Host.Bus;
using Plantroom.Mqtt;
using Plantroom.TestKit;

namespace Plantroom.Host.Tests;

public sealed class BusCheckTests
{
    [Fact]
    public void Check_Defaults_AreFineForBothKinds()
    {
        Assert.Empty(Keys(new()));
        Assert.Empty(Keys(new() { Kind = BusKind.Mqtt }));
    }

    [Fact]
    public void Check_MemoryBus_DoesNotCareAboutTheBroker() => Assert.Empty(Keys(new() { ClientId = "", Broker = new() { Port = 0 } }));

    [Fact]
    public void Check_EverythingWrong_IsToldAtOnce()
    {
        var options = new BusOptions
        {
            Kind = BusKind.Mqtt, ClientId = "a b", SessionExpiry = TimeSpan.FromSeconds(-1), PasswordFile = "/nowhere/password",
            Broker = new()
            {
                Host = "", Port = 0, ProtocolVersion = MqttProtocolVersion.V311, ClientId = "mine", SessionExpiry = TimeSpan.FromDays(1),
                Password = "hush", Will = new("t", default),
            },
            Shared = { "in gest" },
        };

        Assert.Equal(
            [
                "Bus:Broker:ClientId", "Bus:Broker:Host", "Bus:Broker:Port", "Bus:Broker:ProtocolVersion", "Bus:Broker:SessionExpiry",
                "Bus:Broker:Will", "Bus:ClientId", "Bus:PasswordFile", "Bus:PasswordFile", "Bus:SessionExpiry", "Bus:Shared",
            ],
            Keys(options).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(new BusCheck(Options.Create(options)).Check(), static p => p.Message.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadPassword_File_IsItsFirstLine()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("good"), "pass word\nsecond");
        File.WriteAllText(folder.File("empty"), "");

        Assert.Equal("pass word", BusClients.ReadPassword(folder.File("good"), out _));
        Assert.Null(BusClients.ReadPassword(folder.File("empty"), out var why));
        Assert.EndsWith("is empty", why, StringComparison.Ordinal);
    }

    private static List<string> Keys(BusOptions options) => [.. new BusCheck(Options.Create(options)).Check().Select(static p => p.Key)];
}
