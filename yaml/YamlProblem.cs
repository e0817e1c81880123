namespace Plantroom.Yaml;

/// <summary>Something wrong in a file, told to the person who edits it.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Line">The line, from 1; 0 when it concerns the whole file.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public readonly record struct YamlProblem(string File, int Line, string Message)
{
    /// <summary><c>file:line: message</c>.</summary>
    public override string ToString() => $"{File}:{Line}: {Message}";
}
