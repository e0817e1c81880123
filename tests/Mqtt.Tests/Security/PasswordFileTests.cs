using Plantroom.Mqtt.Broker.Security;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Security;

public sealed class PasswordFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string File => folder.File("passwords");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Set_NewAndAgain_KeepsOneLineEach_ForTheOwnerAlone()
    {
        MqttPasswordFile.Set(File, "one", "first");
        MqttPasswordFile.Set(File, "two", "second");
        MqttPasswordFile.Set(File, "one", "third");
        var text = System.IO.File.ReadAllText(File);
        Assert.Equal(["one", "two"], MqttPasswordFile.Users(File));
        Assert.Matches(@"^two:\$pbkdf2-sha256\$i=600000\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}\n", text);
        Assert.DoesNotContain("third", text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        var users = Users.Read(File, []);
        Assert.True(users.Fits("one", "third"u8));
        Assert.False(users.Fits("one", "first"u8));
        Assert.False(users.Fits("three", "third"u8));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Remove_User_LeavesTheOthers()
    {
        MqttPasswordFile.Set(File, "one", "first");
        MqttPasswordFile.Set(File, "two", "second");
        Assert.True(MqttPasswordFile.Remove(File, "one"));
        Assert.False(MqttPasswordFile.Remove(File, "one"));
        Assert.Equal(["two"], MqttPasswordFile.Users(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData(" a")]
    [InlineData("#a")]
    [InlineData("a\nb")]
    public void Set_NameThatCannotStandInTheFile_IsRefused(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => MqttPasswordFile.Set(File, name, "secret"));

    [Theory]
    [InlineData("one")]
    [InlineData(":$pbkdf2-sha256$i=600000$c2FsdHNhbHRzYWx0c2FsdA$aaaa")]
    [InlineData("one:plain-text")]
    [InlineData("one:$pbkdf2-sha256$i=599999$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("one:$pbkdf2-sha256$i=600000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("one:$pbkdf2-sha256$i=600000$c2FsdHNhbHRzYWx0c2FsdA$AAAA")]
    [InlineData("one:$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Line_ThatIsNoUser_IsAProblemWithoutWhatStandsThere(string line)
    {
        var problems = new List<string>();
        Assert.Empty(PasswordEntries.Parse("file", ["# users", "", line], problems));
        Assert.StartsWith("file:3: ", Assert.Single(problems), StringComparison.Ordinal);
        Assert.DoesNotContain("plain-text", problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownUser_IsHashedAsOftenAsTheOnesInTheFile()
    {
        string[] lines = ["one:$pbkdf2-sha256$i=700000$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"];
        var users = new Users(PasswordEntries.Parse("file", lines, []));
        Assert.Equal(700_000, users.HashFor("one").Rounds);
        Assert.Equal(700_000, users.HashFor("nobody").Rounds);
        Assert.Equal(600_000, Users.None.HashFor("nobody").Rounds);
    }
}
