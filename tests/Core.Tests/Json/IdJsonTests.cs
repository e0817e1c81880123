using System.Text.Json;
using Plantroom;

namespace Plantroom.Core.Tests.Json;

public sealed class IdJsonTests
{
    [Fact]
    public void Ids_WrittenAndRead_ArePlainNames()
    {
        var ids = new Ids(new("hq", "P-101"), PointId.Intern("hq/P-101/current"));

        var json = JsonSerializer.Serialize(ids);

        Assert.Equal("""{"Equipment":"hq/P-101","Point":"hq/P-101/current"}""", json);
        Assert.Equal(ids, JsonSerializer.Deserialize<Ids>(json));
    }

    [Theory]
    [InlineData("""{"Equipment":"hq","Point":null}""")]
    [InlineData("""{"Equipment":7,"Point":null}""")]
    [InlineData("""{"Equipment":"hq/P-101","Point":"hq/P-101"}""")]
    [InlineData("""{"Equipment":"hq/P-101","Point":{}}""")]
    public void Ids_WrongForm_AreRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Ids>(json));

    private sealed record Ids(EquipmentId Equipment, PointId? Point);
}
