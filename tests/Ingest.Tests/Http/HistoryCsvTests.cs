namespace Plantroom.Ingest.Tests.Http;

public sealed class HistoryCsvTests
{
    private const string Day = "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z";

    [Fact]
    public async Task Csv_Readings_HaveAHeadingAndQuotesWhereNeeded()
    {
        await using var host = await IngestHost.StartAsync();
        var (plain, odd) = (PointId.Intern("csv/泵-1/电流"), PointId.Intern("csv/T-1/a,\"b\""));
        await host.PublishAsync(
            Store.At(plain, 0, 21.5), Store.At(plain, 0.25, -1e-9, Quality.Uncertain(QualityReason.ClockSkew)), Store.At(odd, 1, 3));

        var text = await host.TextAsync($"/api/v1/history?point={Uri.EscapeDataString(plain.ToString())}&point={Uri.EscapeDataString(odd.ToString())}&{Day}", "text/csv");

        Assert.Equal(
            "point,time,value,quality,reason\r\n"
            + "csv/泵-1/电流,2026-06-01T08:00:00Z,21.5,good,\r\n"
            + "csv/泵-1/电流,2026-06-01T08:00:00.25Z,-1E-09,uncertain,clockSkew\r\n"
            + "\"csv/T-1/a,\"\"b\"\"\",2026-06-01T08:00:01Z,3,good,\r\n",
            text);
    }

    [Fact]
    public async Task Csv_Windows_HaveAColumnOfEachFunction()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("csv-windows/T-1/a");
        await host.PublishAsync(Store.At(point, 0, 1), Store.At(point, 60, 3));
        const string Hours = "from=2026-06-01T08:00:00Z&to=2026-06-01T10:00:00Z&every=1h&format=csv";
        Assert.Equal(
            "point,start,count,mean,twa\r\n"
            + "csv-windows/T-1/a,2026-06-01T08:00:00Z,2,2,2.966666666666667\r\n"
            + "csv-windows/T-1/a,2026-06-01T09:00:00Z,0,,3\r\n",
            await host.TextAsync($"/api/v1/history?point={point}&{Hours}&fn=twa,mean"));
    }

    [Fact]
    public async Task Csv_Samples_AreTimesAndValues()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("csv-samples/T-1/a");
        await host.PublishAsync(Store.At(point, 0, 1));
        Assert.Equal(
            "point,time,value\r\ncsv-samples/T-1/a,2026-06-01T08:00:00Z,1\r\n",
            await host.TextAsync($"/api/v1/history?point={point}&{Day}&samples=2&format=csv"));
    }

    [Theory]
    [InlineData(null, null, "application/json")]
    [InlineData("*/*", null, "application/json")]
    [InlineData("text/csv", null, "text/csv")]
    [InlineData("text/csv;q=0.5, application/json", null, "application/json")]
    [InlineData("application/json;q=0.5, text/csv", null, "text/csv")]
    [InlineData("text/csv", "json", "application/json")]
    [InlineData("application/json", "csv", "text/csv")]
    public async Task Format_WhatIsAsked_GoesBeforeWhatIsAccepted(string? accept, string? format, string expected)
    {
        await using var host = await IngestHost.StartAsync();
        PointId.Intern("csv-format/T-1/a");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/history?point=csv-format/T-1/a&{Day}&format={format}", UriKind.Relative));
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("utf-8", answer.Content.Headers.ContentType?.CharSet);
    }
}
