using System.Collections;
using ActorColorize.Actors.Jobs;
using ActorColorize.Host.Clustering;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>Precedence of settings (command line, environment, file, defaults), and errors with their source.</summary>
public sealed class ServeConfigurationTests
{
    private static readonly Hashtable Nothing = [];

    [Fact]
    public void Folders_to_browse_are_a_list_of_absolute_paths()
    {
        using var folder = new ScratchFolder();
        var loaded = ServeConfiguration.Load(Write(folder, """{"rest": {"browse_roots": ["/photos", "/mnt/scans"]}}"""), "/data", Nothing);
        Assert.Equal(["/photos", "/mnt/scans"], loaded.Rest.BrowseRoots!);
        Assert.Null(ServeConfiguration.Load(null, "/data", Nothing).Rest.BrowseRoots);
        var relative = Assert.Throws<UsageException>(() =>
            ServeConfiguration.Load(Write(folder, """{"rest": {"browse_roots": ["/photos", "scans"]}}"""), "/data", Nothing)
        );
        Assert.Contains("'rest.browse_roots' must be absolute folders, not 'scans'", relative.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_with_all_settings_has_the_defaults()
    {
        var shown = ServeConfiguration.Load(Path.Combine(AppContext.BaseDirectory, "config", "serve", "single.json"), "/data", Nothing);

        Assert.Equal(ServeConfiguration.Load(null, "/data", Nothing), shown);
        Assert.Equal(new ServeSettings { DataFolder = "/data" }, shown);
    }

    [Fact]
    public void A_file_overrides_defaults_the_environment_overrides_the_file_and_the_command_line_overrides_both()
    {
        using var folder = new ScratchFolder();
        var file = Write(folder, """{"data": {"folder": "/of-file"}, "gateway": {"port": 1001}, "jobs": {"lease_seconds": 30}}""");
        var environment = new Hashtable
        {
            ["ACTORCOLORIZE_SERVE_GATEWAY_PORT"] = "1002",
            ["ACTORCOLORIZE_SERVE_DATA_FOLDER"] = "/of-environment",
            ["ACTORCOLORIZE_DEBUG"] = "1",
        };

        var settings = ServeConfiguration.Load(file, "/of-command-line", environment);

        Assert.Equal("/of-command-line", settings.DataFolder);
        Assert.Equal(1002, settings.GatewayPort);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.LeaseFor);
        Assert.Equal("/of-environment", ServeConfiguration.Load(file, null, environment).DataFolder);
        Assert.Equal("/of-file", ServeConfiguration.Load(file, null, Nothing).DataFolder);
    }

    [Theory]
    [InlineData("""{"gateway": {"prot": 1}}""", "unknown key 'gateway.prot', did you mean 'gateway.port'?")]
    [InlineData("""{"sharing": {"colorize": 1.5}}""", "'sharing.colorize' must be a number from 0 to 1, not '1.5'")]
    [InlineData("""{"gateway": {"port": 70000}}""", "'gateway.port' must be a whole number from 0 to 65535, not '70000'")]
    [InlineData("""{"gateway": {"port": "many"}}""", "'gateway.port' must be a whole number from 0 to 65535, not 'many'")]
    [InlineData("""{"gateway": {"port": 1.5}}""", "'gateway.port' must be a whole number from 0 to 65535, not '1.5'")]
    [InlineData("""{"rest": {"port": 1e3}}""", "'rest.port' must be a whole number from 0 to 65535, not '1e3'")]
    [InlineData("""{"gateway": {"port": [1]}}""", "'gateway.port' must be a string or a number, not a list")]
    [InlineData("""{"gateway": {"port": {}}}""", "'gateway.port' must be a string or a number, not an object")]
    [InlineData("""{"gateway": {"port": 1, "port": 2}}""", "'gateway.port' stands twice")]
    [InlineData("""{"gateway": {}, "gateway": {}}""", "'gateway' stands twice")]
    [InlineData("null", "must be a JSON object with sections, not null")]
    [InlineData("[]", "must be a JSON object with sections, not a list")]
    [InlineData("""{"gateway": null}""", "'gateway' must be an object with keys, not null")]
    [InlineData("""{"gateway": []}""", "'gateway' must be an object with keys, not a list")]
    [InlineData("""{"gatway": {}}""", "unknown key 'gatway'")]
    [InlineData("""{"gatway": null}""", "unknown key 'gatway'")]
    [InlineData("""{"gateway": {"prot": null}}""", "unknown key 'gateway.prot', did you mean 'gateway.port'?")]
    [InlineData("""{"roles": ["coordinator", null]}""", "'roles' must be a list of strings, not of null")]
    [InlineData("""{"roles": ["coordinator,device"]}""", "'roles': 'coordinator,device' contains a comma")]
    [InlineData("""{"include": "/dev/zero"}""", "/dev/zero is not a settings file: it is larger than 1 MiB")]
    [InlineData("""{"include": "nowhere.json"}""", "/nowhere.json: no such file")]
    [InlineData("""{"include": 1}""", "/1: no such file")]
    [InlineData("""{"jobs": {"lease_seconds": 1}}""", "'jobs.lease_seconds' must be a number from 5 to 3600, not '1'")]
    [InlineData("""{"gateway": """, "is not valid JSON")]
    [InlineData("""{"gateway": {"host": "0.0.0.0"}}""", "'gateway.host' is 0.0.0.0, which other machines can reach")]
    [InlineData("""{"device": {"name": ""}}""", "'device.name' is empty")]
    [InlineData("""{"device": {"engine": "tf"}}""", "'device.engine' must be one of torch, onnx, auto, not 'tf'")]
    [InlineData("""{"device": {"isolate": "maybe"}}""", "'device.isolate' must be one of auto, on, off, codec, not 'maybe'")]
    [InlineData("""{"store": {"kind": "mysql"}}""", "'store.kind' must be one of sqlite, postgresql, not 'mysql'")]
    [InlineData("""{"store": {"kind": "postgresql"}}""", "'store.connection' is missing")]
    [InlineData(
        """{"store": {"connection": "Host=db;Database=x"}}""",
        "'store.connection' and 'store.password_file' require 'store.kind' to be postgresql"
    )]
    [InlineData("""{"store": {"kind": "postgresql", "connection": "Database=x"}}""", "'store.connection' has no Host")]
    [InlineData(
        """{"store": {"kind": "postgresql", "connection": "Host=db;Database=x;Prot=1"}}""",
        "'store.connection' is not a valid PostgreSQL connection string"
    )]
    public void An_error_names_the_cause(string json, string message)
    {
        using var folder = new ScratchFolder();

        var wrong = Assert.Throws<UsageException>(() => ServeConfiguration.Load(Write(folder, json), "/data", Nothing));

        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_path_in_a_file_is_relative_to_that_file_and_one_in_the_environment_to_the_working_folder()
    {
        using var folder = new ScratchFolder();
        var common = Directory.CreateDirectory(Path.Combine(folder.Path, "common")).FullName;
        foreach (var name in new[] { "a.pem", "a.crt", "token", "password", "common/c.pem", "common/c.crt" })
            File.WriteAllText(Path.Combine(folder.Path, name), name == "token" ? new string('t', 64) : "");
        File.WriteAllText(
            Path.Combine(common, "cluster.json"),
            """
            {"cluster": {"host": "10.0.0.1", "seeds": ["10.0.0.1:4588"], "certificate": "c.pem", "authority": "c.crt"},
             "models": {"folder": "../models"},
             "store": {"kind": "postgresql", "connection": "Host=db;Database=x", "password_file": "../password"}}
            """
        );
        var file = Write(
            folder,
            """
            {"include": "common/cluster.json", "data": {"folder": "data"}, "rest": {"scratch": "scratch"},
             "gateway": {"certificate": "a.pem", "authority": "a.crt"}}
            """
        );

        var settings = ServeConfiguration.Load(
            file,
            null,
            new Hashtable { ["ACTORCOLORIZE_SERVE_REST_SCRATCH"] = "elsewhere" },
            out var files
        );

        string In(string name) => Path.Combine(folder.Path, name);
        Assert.Equal([file, In("common/cluster.json")], files);
        Assert.Equal((In("data"), In("models")), (settings.DataFolder, settings.ModelsFolder));
        Assert.Equal((In("a.pem"), In("a.crt")), (settings.GatewayCertificate, settings.GatewayAuthority));
        Assert.Equal((In("common/c.pem"), In("common/c.crt")), (settings.Cluster!.Certificate, settings.Cluster.Authority));
        Assert.Equal(Path.GetFullPath("elsewhere"), settings.Rest.Scratch);
        // With the token, which is not for daemons with certificates
        File.WriteAllText(file, """{"rest": {"token_file": "token"}}""");
        Assert.Equal(new string('t', 64), ServeConfiguration.Load(file, null, Nothing).Rest.Token);
    }

    [Theory]
    [InlineData("short", "must contain one line of 32 to 512 letters")]
    [InlineData("two lines of a token that is long enough\nsecond", "must contain one line of 32 to 512 letters")]
    public void A_token_is_long_and_in_one_line(string token, string message)
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(Path.Combine(folder.Path, "token"), token);

        var wrong = Assert.Throws<UsageException>(() =>
            ServeConfiguration.Load(Write(folder, """{"rest": {"token_file": "token"}}"""), "/data", Nothing)
        );

        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_begin_with_a_byte_order_mark_and_name_its_schema()
    {
        using var folder = new ScratchFolder();
        var file = Path.Combine(folder.Path, "daemon.json");
        File.WriteAllBytes(file, [0xEF, 0xBB, 0xBF, .. """{"$schema": "schema.json", "gateway": {"port": 1001}}"""u8]);

        Assert.Equal(1001, ServeConfiguration.Load(file, "/data", Nothing).GatewayPort);
    }

    [Fact]
    public void An_error_in_the_environment_names_the_variable()
    {
        var wrong = Assert.Throws<UsageException>(() =>
            ServeConfiguration.Load(null, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_DEVICE_THREADS"] = "-1" })
        );

        Assert.StartsWith("ACTORCOLORIZE_SERVE_DEVICE_THREADS: 'device.threads'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_are_set_together_and_must_exist()
    {
        using var folder = new ScratchFolder();
        var there = Write(folder, "{}");

        Assert.Contains(
            "must be set together",
            Assert
                .Throws<UsageException>(() =>
                    ServeConfiguration.Load(null, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_GATEWAY_CERTIFICATE"] = there })
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'gateway.certificate' names",
            Assert
                .Throws<UsageException>(() =>
                    ServeConfiguration.Load(null, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_GATEWAY_CERTIFICATE"] = there + ".not" })
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no such file",
            Assert.Throws<UsageException>(() => ServeConfiguration.Load(there + ".not", "/data", Nothing)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_cluster_is_described_in_a_common_file_and_one_for_each_node()
    {
        using var folder = new ScratchFolder();
        var pem = Path.Combine(folder.Path, "node.pem");
        File.WriteAllText(pem, "");
        File.WriteAllText(
            Path.Combine(folder.Path, "common.json"),
            """
            {"jobs": {"lease_seconds": 30}, "device": {"threads": 2},
             "cluster": {"seeds": ["10.0.0.1:4588", "10.0.0.2:4588", "10.0.0.3:4588"], "port": 4588},
             "store": {"kind": "postgresql", "connection": "Host=db;Database=jobs;Password=secret"}}
            """
        );
        var file = Write(
            folder,
            $$"""
            {"include": "common.json", "roles": ["coordinator", "device"],
             "device": {"name": ["cuda:0", "cuda:1"], "threads": 3, "engine": "auto"},
             "cluster": {"host": "10.0.0.2", "certificate": "{{pem}}", "authority": "{{pem}}" } }
            """
        );

        var settings = ServeConfiguration.Load(file, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_CLUSTER_STABLE_FOR_SECONDS"] = "7" });

        Assert.Equal(NodeRoles.Coordinator | NodeRoles.Device, settings.Roles);
        Assert.Equal((TimeSpan.FromSeconds(30), 3, "cuda:0,cuda:1"), (settings.LeaseFor, settings.Threads, settings.Device));
        Assert.Equal((EngineChoice.Auto, EngineChoice.Torch), (settings.Engine, new ServeSettings { DataFolder = "/data" }.Engine));
        Assert.Equal(
            ("10.0.0.2", "10.0.0.2", 4588, TimeSpan.FromSeconds(7)),
            (settings.Cluster!.Host, settings.Cluster.PublicHost, settings.Cluster.Port, settings.Cluster.StableFor)
        );
        Assert.Equal((3, 2), (settings.Cluster.Coordinators().Count, settings.Cluster.Quorum()));
        Assert.Equal(
            [("coordinator", 4588, null), ("device-1", 4589, "cuda:0"), ("device-2", 4590, "cuda:1")],
            NodeBootstrap.For(settings, 1).Select(node => (node.Name, node.Port, node.Device))
        );
        var started = NodeBootstrap.Parse(NodeBootstrap.For(settings, 1)[2].ToLine());
        Assert.Equal(settings with { Postgres = null }, started.Settings with { Postgres = null });
        Assert.Equal(settings.Postgres!.WithPassword, started.Settings.Postgres!.WithPassword);
        var device = Assert.Single(NodeBootstrap.For(settings with { Roles = NodeRoles.Device, Device = "cpu" }, 1));
        Assert.Equal(("device-1", 4588), (device.Name, device.Port));
    }

    [Fact]
    public void Null_in_a_file_hides_no_value_of_the_file_that_it_includes()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(Path.Combine(folder.Path, "common.json"), """{"gateway": {"port": 1001, "public_host": "daemon"}}""");
        var file = Write(folder, """{"include": "common.json", "gateway": {"port": null, "public_host": null}}""");

        var settings = ServeConfiguration.Load(file, "/data", Nothing);

        Assert.Equal((1001, "daemon"), (settings.GatewayPort, settings.GatewayPublicHost));
    }

    [Fact]
    public void A_device_node_needs_no_settings_of_coordinators()
    {
        using var folder = new ScratchFolder();
        var pem = Path.Combine(folder.Path, "node.pem");
        File.WriteAllText(pem, "");
        var file = Write(
            folder,
            $$"""
            {"roles": "device",
             "cluster": {"host": "10.0.0.11", "seeds": ["10.0.0.1:4588", "10.0.0.2:4588"],
                         "certificate": "{{pem}}", "authority": "{{pem}}" },
             "gateway": {"host": "10.0.0.11", "authority": "not here"},
             "store": {"kind": "postgresql", "connection": "Host=db;Database=jobs", "password_file": "not here either"} }
            """
        );

        var settings = ServeConfiguration.Load(file, "/data", Nothing);

        Assert.Equal((NodeRoles.Device, null, null), (settings.Roles, settings.GatewayAuthority, settings.Postgres));
    }

    [Theory]
    [InlineData("""{"roles": ["device"]}""", "'roles' requires 'cluster'")]
    [InlineData("""{"roles": "painter", "cluster": {"host": "10.0.0.1"}}""", "'roles' must be coordinator, device or both, not 'painter'")]
    [InlineData("""{"device": {"name": "cuda:0,cuda:1"}}""", "'device.name' names several devices")]
    [InlineData("""{"cluster": {"port": 4588}}""", "'cluster.host' is missing")]
    [InlineData("""{"cluster": {"host": "10.0.0.1"}}""", "'cluster.seeds' is missing")]
    [InlineData("""{"cluster": {"host": "10.0.0.1", "seeds": ["10.0.0.1:4588"]}}""", "'cluster.certificate' is missing")]
    [InlineData(
        """{"cluster": {"host": "10.0.0.1", "seed": "10.0.0.1:4588"}}""",
        "unknown key 'cluster.seed', did you mean 'cluster.seeds'?"
    )]
    [InlineData(
        """{"cluster": {"host": "10.0.0.1", "seeds": ["10.0.0.2:4588"], "certificate": "PEM", "authority": "PEM"}}""",
        "'cluster.seeds' does not include this coordinator, 10.0.0.1:4588"
    )]
    [InlineData(
        """{"cluster": {"host": "10.0.0.1", "seeds": ["10.0.0.1"], "certificate": "PEM", "authority": "PEM"}}""",
        "'10.0.0.1' is not a valid host:port"
    )]
    [InlineData(
        """{"cluster": {"host": "10.0.0.1", "seeds": ["10.0.0.1:4588", "10.0.0.2:4588"], "certificate": "PEM", "authority": "PEM"}}""",
        "names 2 coordinators, which cannot share SQLite files"
    )]
    [InlineData(
        """
            {"cluster": {"host": "10.0.0.1", "seeds": ["10.0.0.1:4588"], "certificate": "PEM", "authority": "PEM"}, "rest": {"port": 4589}}
            """,
        "'rest.scratch' is missing"
    )]
    [InlineData("""{"include": "daemon.json"}""", "is circular")]
    public void An_error_in_cluster_settings_names_the_key(string json, string message)
    {
        using var folder = new ScratchFolder();
        var pem = Path.Combine(folder.Path, "node.pem");
        File.WriteAllText(pem, "");

        var wrong = Assert.Throws<UsageException>(() =>
            ServeConfiguration.Load(Write(folder, json.Replace("PEM", pem, StringComparison.Ordinal)), "/data", Nothing)
        );

        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coordinator.json", "Coordinator")]
    [InlineData("device.json", "Device")]
    public void The_examples_of_nodes_are_complete_except_for_each_nodes_own_settings(string example, string roles)
    {
        using var folder = new ScratchFolder();
        var pem = Path.Combine(folder.Path, "node.pem");
        File.WriteAllText(pem, "");
        var own = new Hashtable();
        foreach (var key in new[] { "CLUSTER_CERTIFICATE", "CLUSTER_AUTHORITY", "GATEWAY_CERTIFICATE", "GATEWAY_AUTHORITY" })
            own[ServeConfiguration.VariablePrefix + key] = pem;

        var settings = ServeConfiguration.Load(Path.Combine(AppContext.BaseDirectory, "config", "serve", example), "/data", own);

        Assert.Equal((roles, 3), (settings.Roles.ToString(), settings.Cluster!.Coordinators().Count));
        Assert.Equal(
            (ClusterSettings.DefaultDeadAfterSeconds, ClusterSettings.DefaultStableForSeconds),
            (settings.Cluster.DeadAfter.TotalSeconds, settings.Cluster.StableFor.TotalSeconds)
        );
    }

    [Fact]
    public void Jobs_are_stored_in_PostgreSQL_if_file_or_environment_configure_it()
    {
        using var folder = new ScratchFolder();
        var password = Path.Combine(folder.Path, "password");
        File.WriteAllText(password, "of the file\n");
        var environment = new Hashtable
        {
            ["ACTORCOLORIZE_SERVE_STORE_KIND"] = "postgresql",
            ["ACTORCOLORIZE_SERVE_STORE_CONNECTION"] = "Host=db.example.org;Username=colorize;Database=jobs",
            ["ACTORCOLORIZE_SERVE_STORE_PASSWORD_FILE"] = password,
        };

        var ofEnvironment = ServeConfiguration.Load(null, "/data", environment).Postgres!;
        var ofFile = ServeConfiguration.Load(
            Write(folder, """{"store": {"kind": "postgresql", "connection": "Host=db;Port=5433;Database=jobs"}}"""),
            "/data",
            Nothing
        );

        Assert.Equal(("db.example.org:5432/jobs", "colorize"), (ofEnvironment.Place, ofEnvironment.User));
        Assert.Contains(
            "Password=\"of the file\"",
            JobDatabase.Postgres(ofEnvironment).JournalHocon.Replace("\\", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Equal("db:5433/jobs", ofFile.Postgres!.Place);
        Assert.Contains("db:5433/jobs", ofFile.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_given_in_one_place_and_its_file_must_exist()
    {
        using var folder = new ScratchFolder();
        var file = Write(folder, """{"store": {"kind": "postgresql", "connection": "Host=db;Database=jobs;Password=hush"}}""");

        Assert.Contains(
            "'store.connection' has a Password, although a password file is given",
            Assert
                .Throws<UsageException>(() =>
                    ServeConfiguration.Load(file, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_STORE_PASSWORD_FILE"] = file })
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'store.password_file' names",
            Assert
                .Throws<UsageException>(() =>
                    ServeConfiguration.Load(file, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_STORE_PASSWORD_FILE"] = file + ".not" })
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private static string Write(ScratchFolder folder, string json)
    {
        var file = Path.Combine(folder.Path, "daemon.json");
        File.WriteAllText(file, json);
        return file;
    }
}
