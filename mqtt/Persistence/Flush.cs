namespace Plantroom.Mqtt.Persistence;

/// <summary>Writes nothing itself: it is committed when what was added before it is.</summary>
internal sealed class Flush<TFile> : Change<TFile>
{
    private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => completed.Task;

    public override void Write(TFile file)
    {
        // Nothing to write.
    }

    public override void Committed() => completed.TrySetResult();

    public override bool Failed(Exception exception)
    {
        if (exception is not ObjectDisposedException) return true;
        completed.TrySetException(new IOException("The file was closed before everything was written.", exception));
        return false;
    }
}
