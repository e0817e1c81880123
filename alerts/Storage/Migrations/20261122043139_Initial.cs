using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Plantroom.Alerts.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "alerts_alarm",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    Rule = table.Column<string>(type: "TEXT", nullable: false),
                    Site = table.Column<string>(type: "TEXT", nullable: false),
                    Equipment = table.Column<string>(type: "TEXT", nullable: false),
                    Point = table.Column<string>(type: "TEXT", nullable: true),
                    Priority = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    TitleZh = table.Column<string>(type: "TEXT", nullable: false),
                    TitleEn = table.Column<string>(type: "TEXT", nullable: false),
                    ActionZh = table.Column<string>(type: "TEXT", nullable: false),
                    ActionEn = table.Column<string>(type: "TEXT", nullable: false),
                    Value = table.Column<double>(type: "REAL", nullable: true),
                    Limit = table.Column<double>(type: "REAL", nullable: true),
                    RaisedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ReturnedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    AcknowledgedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    AcknowledgedBy = table.Column<string>(type: "TEXT", nullable: true),
                    Note = table.Column<string>(type: "TEXT", nullable: true),
                    Count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_alarm", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "alerts_rain",
                columns: table => new
                {
                    Site = table.Column<string>(type: "TEXT", nullable: false),
                    Colour = table.Column<int>(type: "INTEGER", nullable: false),
                    BelowSince = table.Column<long>(type: "INTEGER", nullable: true),
                    EvaluatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    SummedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Sum3h = table.Column<double>(type: "REAL", nullable: false),
                    Sum6h = table.Column<double>(type: "REAL", nullable: false),
                    Sum12h = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_rain", x => x.Site);
                });

            migrationBuilder.CreateTable(
                name: "alerts_journal",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    AlarmId = table.Column<long>(type: "INTEGER", nullable: false),
                    Event = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    RecordedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: true),
                    Note = table.Column<string>(type: "TEXT", nullable: true),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Priority = table.Column<int>(type: "INTEGER", nullable: false),
                    Value = table.Column<double>(type: "REAL", nullable: true),
                    Limit = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_journal", x => x.Id);
                    table.ForeignKey(
                        name: "FK_alerts_journal_alerts_alarm_AlarmId",
                        column: x => x.AlarmId,
                        principalTable: "alerts_alarm",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_alerts_alarm_Site_Equipment_Rule_ReturnedAt",
                table: "alerts_alarm",
                columns: new[] { "Site", "Equipment", "Rule", "ReturnedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_alerts_alarm_State_Id",
                table: "alerts_alarm",
                columns: new[] { "State", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_alerts_journal_AlarmId",
                table: "alerts_journal",
                column: "AlarmId");

            // The journal is append-only, whoever opens the file.
            foreach (var attempt in new[] { "UPDATE", "DELETE" })
            {
                migrationBuilder.Sql(
                    $"CREATE TRIGGER alerts_journal_no_{attempt} BEFORE {attempt} ON alerts_journal "
                    + "BEGIN SELECT RAISE(ABORT, 'the journal of alarms is append-only'); END;");
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alerts_journal");

            migrationBuilder.DropTable(
                name: "alerts_rain");

            migrationBuilder.DropTable(
                name: "alerts_alarm");
        }
    }
}
