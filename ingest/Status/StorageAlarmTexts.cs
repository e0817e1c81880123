namespace Plantroom.Ingest.Status;

/// <summary>The alarms of the store: how urgent they are and what they say.</summary>
internal static class StorageAlarmTexts
{
    /// <summary>Readings cannot be kept.</summary>
    public const string NotKept = "SYS-01";

    /// <summary>The disk is nearly full, or will be soon.</summary>
    public const string DiskFull = "SYS-02";

    /// <summary>The remote store does not take readings.</summary>
    public const string NotDelivered = "SYS-03";

    /// <summary>The remote store has refused readings.</summary>
    public const string Refused = "SYS-04";

    /// <summary>Critical: in the end senders wait, and then rules see nothing of them any more.</summary>
    public static SystemAlarm OfNotKept() => New(
        NotKept,
        AlarmPriority.Critical,
        new("数据无法保存", "Readings cannot be kept"),
        new(
            "在“存储”页面查看原因并排除：腾出磁盘空间，或修复存储。设备会保留数据并在之后补发；若持续过久，部分设备的数据将不再送达报警规则。",
            "See why on the page Storage and mend it: free disk space, or repair the store. Devices keep their readings and send them again; "
            + "when it lasts, rules no longer hear from some of them."));

    /// <summary>High: the next step is that readings are not kept.</summary>
    public static SystemAlarm OfLowDisk(double megabytes, double limit) => New(
        DiskFull,
        AlarmPriority.High,
        new("磁盘剩余空间不足（MB）", "The disk is nearly full (MB free)"),
        new(
            "腾出磁盘空间或更换更大的磁盘。空间用尽前系统会停止保存数据。",
            "Free disk space or move the data to a larger disk. Before it is full, readings are not kept any more.")) with { Value = megabytes, Limit = limit };

    /// <summary>Medium: there is time to plan it.</summary>
    public static SystemAlarm OfSoonFull(double days, double limit) => New(
        DiskFull,
        AlarmPriority.Medium,
        new("磁盘即将写满（剩余天数）", "The disk will be full soon (days left)"),
        new(
            "安排扩容，或缩短原始数据的保存期限。",
            "Plan a larger disk, or keep raw readings for a shorter time.")) with { Value = days, Limit = limit };

    /// <summary>High: nothing is lost, but charts and reports lack what waits, and the spool is bounded.</summary>
    public static SystemAlarm OfNotDelivered(double minutes, double limit) => New(
        NotDelivered,
        AlarmPriority.High,
        new("远程存储未接收数据（等待分钟数）", "The remote store does not take readings (minutes waited)"),
        new(
            "检查远程存储及其网络。数据保存在本机缓冲区，恢复后自动补传；图表暂缺这段数据。",
            "Look after the remote store and the network to it. Readings are kept here and delivered afterwards; charts lack them meanwhile."))
        with { Value = minutes, Limit = limit };

    /// <summary>Medium: they are set aside, and somebody has to say what becomes of them.</summary>
    public static SystemAlarm OfRefused(long readings) => New(
        Refused,
        AlarmPriority.Medium,
        new("远程存储拒收了数据（条）", "The remote store has refused readings (count)"),
        new(
            "查看被拒收数据及其原因，修正字段类型或站点模型后重新导入。",
            "Look at what was set aside and why; correct the field's type or the site model, then import it again.")) with { Value = readings };

    private static SystemAlarm New(string rule, AlarmPriority priority, LocalizedText title, LocalizedText action) => new()
    {
        Rule = rule,
        Equipment = SystemAlarm.Storage,
        Priority = priority,
        Title = title,
        Action = action,
    };
}
