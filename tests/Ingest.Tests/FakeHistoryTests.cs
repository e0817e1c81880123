using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests;

/// <summary>The fake that other modules are tested with keeps the same promises.</summary>
public sealed class FakeHistoryTests : HistoryContract
{
    private readonly FakeHistory history = new();

    protected override IHistory History => history;

    protected override void Write(params Reading[] readings) => history.Add(readings);
}
