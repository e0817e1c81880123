using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Plantroom.Sqlite;

/// <summary>
/// A prepared statement without the ADO.NET layer above it: binding and stepping allocate nothing. Positions of parameters and
/// columns are SQLite's: parameters from 1, columns from 0. Used by one thread at a time.
/// </summary>
/// <remarks>Every member throws <see cref="SqliteException"/> when SQLite reports an error.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <summary>Prepares a statement.</summary>
    /// <param name="connection">An open connection; it must outlive the statement.</param>
    /// <param name="sql">One statement.</param>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Throw(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Binds a whole number.</summary>
    public SqliteStatement Bind(int position, long value)
    {
        Throw(raw.sqlite3_bind_int64(statement, position, value));
        return this;
    }

    /// <summary>Binds a number.</summary>
    public SqliteStatement Bind(int position, double value)
    {
        Throw(raw.sqlite3_bind_double(statement, position, value));
        return this;
    }

    /// <summary>Binds text.</summary>
    public SqliteStatement Bind(int position, string value)
    {
        Throw(raw.sqlite3_bind_text(statement, position, value));
        return this;
    }

    /// <summary>Binds bytes; empty ones as an empty blob, not as NULL.</summary>
    public SqliteStatement Bind(int position, ReadOnlySpan<byte> value)
    {
        Throw(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, position, 0) : raw.sqlite3_bind_blob(statement, position, value));
        return this;
    }

    /// <summary>Binds NULL.</summary>
    public SqliteStatement BindNull(int position)
    {
        Throw(raw.sqlite3_bind_null(statement, position));
        return this;
    }

    /// <summary>Moves to the next row; false after the last one. After false, or an error, the statement is ready to be bound again.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW) return true;
        var reset = raw.sqlite3_reset(statement);
        Throw(result == raw.SQLITE_DONE ? reset : result);
        return false;
    }

    /// <summary>Runs a statement for its effect.</summary>
    public void Run()
    {
        while (Step())
        {
            // Rows of a statement that is run for its effect are of no interest.
        }
    }

    /// <summary>Asks for one number; null when there is no row or no value.</summary>
    public long? Number()
    {
        if (!Step()) return null;
        long? number = IsNull(0) ? null : Int64(0);
        Reset();
        return number;
    }

    /// <summary>Ends a query before its last row.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    /// <summary>The whole number of a column; 0 when it is NULL.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The number of a column; 0 when it is NULL.</summary>
    public double Double(int column) => raw.sqlite3_column_double(statement, column);

    /// <summary>The bytes of a column; they stay until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>A copy of the bytes of a column.</summary>
    public byte[] Blob(int column) => Bytes(column).ToArray();

    /// <summary>The text of a column.</summary>
    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>Whether a column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>Frees the statement.</summary>
    public void Dispose() => statement.Dispose();

    private void Throw(int result)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, database);
    }
}
