using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Plantroom.Maintenance.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "maintenance_completion",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Site = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Equipment = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ReminderId = table.Column<long>(type: "INTEGER", nullable: false),
                    DoneOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    DoneAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    DoneBy = table.Column<string>(type: "TEXT", nullable: false),
                    Note = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_maintenance_completion", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "maintenance_reminder",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Site = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Equipment = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    TaskZhCn = table.Column<string>(type: "TEXT", nullable: false),
                    TaskEn = table.Column<string>(type: "TEXT", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    RaisedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    ClosedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ClosedBy = table.Column<string>(type: "TEXT", nullable: true),
                    Note = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_maintenance_reminder", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "maintenance_completion_by_equipment",
                table: "maintenance_completion",
                columns: new[] { "Site", "Equipment", "DoneOn" });

            migrationBuilder.CreateIndex(
                name: "maintenance_reminder_one_open",
                table: "maintenance_reminder",
                columns: new[] { "Site", "Equipment" },
                unique: true,
                filter: "\"State\" = 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "maintenance_completion");

            migrationBuilder.DropTable(
                name: "maintenance_reminder");
        }
    }
}
