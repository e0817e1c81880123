using Microsoft.Extensions.DependencyInjection;
using Plantroom.Host.Jobs;

namespace Plantroom.Host.Tests.Jobs;

public sealed class JobCheckTests
{
    [Theory]
    [InlineData("0 0 6 * * ?", 0)]
    [InlineData("* * * * * ?", 0)]
    [InlineData("at six", 1)]
    [InlineData("0 6 * * *", 1)]
    [InlineData("", 1)]
    public void Check_OfASchedule_NamesTheSetting(string cron, int problems)
    {
        using var services = new ServiceCollection().AddSingleton(new RecurringJob("job", typeof(object), cron, "Pump:Cron")).BuildServiceProvider();

        var found = new JobCheck(services).Check().ToList();

        Assert.Equal(problems, found.Count);
        Assert.All(found, static p => Assert.Equal("Pump:Cron", p.Key));
    }
}
