using Plantroom.TestKit.Browser;

// One browser for all tests: each opens a window of its own.
[assembly: AssemblyFixture(typeof(BrowserFixture))]
