using Plantroom.Host;

return await PlantroomHost.RunAsync(args);
