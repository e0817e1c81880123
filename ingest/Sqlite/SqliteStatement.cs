using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// A prepared statement without the ADO.NET layer above it: binding and stepping allocate nothing. Positions of parameters and
/// columns are SQLite's: parameters from 1, columns from 0. Used by one thread at a time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Throw(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public SqliteStatement Bind(int position, long value)
    {
        Throw(raw.sqlite3_bind_int64(statement, position, value));
        return this;
    }

    public SqliteStatement Bind(int position, double value)
    {
        Throw(raw.sqlite3_bind_double(statement, position, value));
        return this;
    }

    public SqliteStatement Bind(int position, string value)
    {
        Throw(raw.sqlite3_bind_text(statement, position, value));
        return this;
    }

    public SqliteStatement Bind(int position, ReadOnlySpan<byte> value)
    {
        Throw(raw.sqlite3_bind_blob(statement, position, value));
        return this;
    }

    /// <summary>Moves to the next row; false after the last one. After false the statement is ready to be bound again.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW) return true;
        var reset = raw.sqlite3_reset(statement);
        Throw(result == raw.SQLITE_DONE ? reset : result);
        return false;
    }

    /// <summary>Runs a statement that answers no rows.</summary>
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

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public double Double(int column) => raw.sqlite3_column_double(statement, column);

    /// <summary>The bytes of a column; they stay until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public void Dispose() => statement.Dispose();

    private void Throw(int result)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, database);
    }
}
