using System.Text;

namespace Plantroom.Host.Commands;

/// <summary>Whoever has called the program: a person at a keyboard, or a script that writes into it.</summary>
internal class Terminal
{
    public virtual void Say(string line) => Console.WriteLine(line);

    /// <summary>Says something that is not the result: that may go into a file.</summary>
    public virtual void Tell(string line) => Console.Error.WriteLine(line);

    /// <summary>Shows how far a command is, beside its result.</summary>
    public virtual ProgressLine Progress() => new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    /// <summary>What is written into the program.</summary>
    public virtual Stream Input() => Console.OpenStandardInput();

    /// <summary>What the program writes.</summary>
    public virtual Stream Output() => Console.OpenStandardOutput();

    /// <summary>Asks a person twice, without showing what is typed; takes one line from a script.</summary>
    /// <returns>Null when the two were not the same, or nothing came.</returns>
    public string? AskPassword(string user)
    {
        if (IsScript) return ReadLine();
        var first = Ask($"Password of {user}: ");
        return Ask("Again: ") == first ? first : null;
    }

    protected virtual bool IsScript => Console.IsInputRedirected;

    protected virtual string? ReadLine() => Console.In.ReadLine();

    protected virtual ConsoleKeyInfo ReadKey() => Console.ReadKey(intercept: true);

    private string Ask(string question)
    {
        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (true)
        {
            var key = ReadKey();
            if (key.Key == ConsoleKey.Enter) break;
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
