using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Influx;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Influx;

public sealed class InfluxCheckTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Check_Defaults_AreRight() => Assert.Empty(Check(new()));

    [Theory]
    [InlineData("ftp://x", "Influx:Url: must be http")]
    [InlineData("localhost:8086", "Influx:Url: must be http")]
    [InlineData("http://root:geheim@x", "Influx:Url: must not hold a user or password; use Influx:UserName and Influx:PasswordFile")]
    [InlineData("http://x/?db=y", "Influx:Url: must end before a ?")]
    public void Check_Url_SaysWhatIsWrong(string url, string expected)
    {
        var problem = Assert.Single(Check(new() { Url = url }));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_EverythingWrong_SaysAllAtOnce()
    {
        var empty = folder.File("empty");
        File.WriteAllText(empty, "\n");
        var problems = Check(new()
        {
            CaFile = empty, Database = "a/b", Bucket = "c", RetentionPolicy = "r", Org = "o\n", Retention = TimeSpan.FromMinutes(1),
            UserName = "u:v", PasswordFile = folder.File("none"), TokenFile = empty,
        });
        Assert.Equal(
            ["Influx:CaFile", "Influx:Database", "Influx:Org", "Influx:PasswordFile", "Influx:Retention", "Influx:RetentionPolicy", "Influx:TokenFile", "Influx:UserName"],
            problems.Select(p => p.Split(": ")[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("u", "", "Influx:PasswordFile: is missing")]
    [InlineData("", "p", "Influx:UserName: is missing")]
    public void Check_HalfALogin_NamesTheOtherHalf(string user, string password, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Check(new() { UserName = user, Password = password })), StringComparison.Ordinal);

    [Fact]
    public void Check_SecretInASettingsFile_IsNotTold()
    {
        var file = folder.File("appsettings.json");
        File.WriteAllText(file, """{"Influx":{"Token":"geheim"}}""");
        var problem = Assert.Single(Check(new() { Token = "geheim" }, new ConfigurationBuilder().AddJsonFile(file).Build()));
        Assert.StartsWith("Influx:Token: is a secret: use Influx:TokenFile, or the environment variable PLANTROOM_Influx__Token", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", problem, StringComparison.Ordinal);
        Assert.Single(Check(new() { Token = "geheim" }, new ConfigurationBuilder().AddInMemoryCollection([new("Influx:Token", "geheim")]).Build()));
    }

    [Fact]
    public void Check_SecretInTheEnvironment_IsFine()
    {
        const string Prefix = "PLANTROOM_TEST_OF_INFLUX_";
        Environment.SetEnvironmentVariable(Prefix + "Influx__Token", "geheim");
        Assert.Empty(Check(new() { Token = "geheim" }, new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build()));
    }

    [Fact]
    public void Options_OutOfRange_NameTheirKeys()
    {
        var result = new InfluxOptionsValidator().Validate(null, new() { Timeout = TimeSpan.Zero, Database = "", Api = (InfluxApi)9 });
        Assert.Equal(3, result.Failures!.Count());
        foreach (var key in new[] { "Timeout", "Database", "Api" }) Assert.Contains(result.Failures!, f => f.Contains(key, StringComparison.Ordinal));
    }

    private static List<string> Check(InfluxOptions options, IConfiguration? configuration = null) =>
        [.. new InfluxCheck(Options.Create(options), configuration ?? new ConfigurationBuilder().Build()).Check().Select(p => p.ToString())];
}
