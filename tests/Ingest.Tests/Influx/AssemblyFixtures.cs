using Plantroom.TestKit.Influx;

// One of each server for all tests: each test has a database of its own.
[assembly: AssemblyFixture(typeof(SharedServers))]
