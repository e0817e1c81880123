// Nothing to run: this project only lets dotnet-ef find the contexts. From the root of the repository:
//
//   dotnet tool restore
//   dotnet ef migrations add <Name> --project alerts --startup-project tools/Plantroom.Migrations --context AlertsDbContext --output-dir Storage/Migrations
//   dotnet ef migrations add <Name> --project maintenance --startup-project tools/Plantroom.Migrations --context MaintenanceDbContext --output-dir Storage/Migrations
//
// Each module's design-time factory is in its Storage folder.
Console.WriteLine("This project is only for dotnet-ef; see Program.cs.");
