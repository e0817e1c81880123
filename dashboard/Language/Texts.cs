namespace Plantroom.Dashboard.Language;

/// <summary>Every text of the screens that does not come from the site's own files.</summary>
internal static class Texts
{
    // The frame of every page.
    public static readonly LocalizedText Product = new("Plantroom 设施监控", "Plantroom");
    public static readonly LocalizedText Overview = new("总览", "Overview");
    public static readonly LocalizedText Alarms = new("报警", "Alarms");
    public static readonly LocalizedText SkipToContent = new("跳到内容", "Skip to content");
    public static readonly LocalizedText MainNavigation = new("主导航", "Main navigation");
    public static readonly LocalizedText StateOfPlant = new("全局状态", "State of the plant");
    public static readonly LocalizedText SwitchLanguage = new("切换为英文", "Switch to Chinese");

    // The strip at the top.
    public static readonly LocalizedText NothingToAcknowledge = new("没有待确认的报警", "No alarm to acknowledge");
    public static readonly LocalizedText DataAge = new("数据", "Data");
    public static readonly LocalizedText DataLive = new("实时，{0}前", "live, {0} ago");
    public static readonly LocalizedText DataLate = new("已中断 {0}", "none for {0}");
    public static readonly LocalizedText NoDataYet = new("尚无数据", "No data yet");
    public static readonly LocalizedText StaleValues = new("{0} 个过期值", "{0} stale");
    public static readonly LocalizedText Rain = new("暴雨预警", "Rain");
    public static readonly LocalizedText RainNone = new("无预警", "none");
    public static readonly LocalizedText RainBlue = new("Ⅳ 蓝色", "Ⅳ blue");
    public static readonly LocalizedText RainYellow = new("Ⅲ 黄色", "Ⅲ yellow");
    public static readonly LocalizedText RainOrange = new("Ⅱ 橙色", "Ⅱ orange");
    public static readonly LocalizedText RainRed = new("Ⅰ 红色", "Ⅰ red");
    public static readonly LocalizedText RainSums = new("3/6/12 时 {0}/{1}/{2} mm", "3/6/12 h {0}/{1}/{2} mm");
    public static readonly LocalizedText SiteTime = new("现场时间", "Site time");

    // Priorities and states (domain words of the alarms).
    public static readonly LocalizedText Priority1 = new("紧急", "Critical");
    public static readonly LocalizedText Priority2 = new("高", "High");
    public static readonly LocalizedText Priority3 = new("一般", "Medium");
    public static readonly LocalizedText Priority4 = new("记录", "Journal");
    public static readonly LocalizedText PriorityCount = new("{0}：{1} 条，其中 {2} 条未确认", "{0}: {1}, of which {2} unacknowledged");
    public static readonly LocalizedText StateUnacknowledged = new("未确认", "Unacknowledged");
    public static readonly LocalizedText StateAcknowledged = new("已确认", "Acknowledged");
    public static readonly LocalizedText StateReturned = new("已恢复未确认", "Returned, unacknowledged");
    public static readonly LocalizedText StateNormal = new("正常", "Normal");

    // The overview.
    public static readonly LocalizedText NeedsAttention = new("需要处理", "Needs attention");
    public static readonly LocalizedText AllEquipmentNormal = new("所有设备正常", "All equipment is normal");
    public static readonly LocalizedText NoEquipment = new("站点模型中没有设备", "The site model has no equipment");
    public static readonly LocalizedText MaintenanceDue = new("到期维护", "Maintenance due");
    public static readonly LocalizedText NothingDue = new("没有到期的维护", "Nothing is due");
    public static readonly LocalizedText MaintenanceUnknown = new("维护提醒暂时无法读取", "The reminders cannot be read at the moment");
    public static readonly LocalizedText DueToday = new("今天到期", "due today");
    public static readonly LocalizedText OverdueDays = new("逾期 {0} 天", "{0} d overdue");
    public static readonly LocalizedText DueInDays = new("还有 {0} 天", "in {0} d");
    public static readonly LocalizedText Stale = new("过期", "stale");
    public static readonly LocalizedText NoValue = new("无数据", "no data");
    public static readonly LocalizedText Drainage = new("排水", "Drainage");
    public static readonly LocalizedText WaterSupply = new("给水", "Water supply");
    public static readonly LocalizedText Lifts = new("电梯", "Lifts");
    public static readonly LocalizedText Lighting = new("照明", "Lighting");
    public static readonly LocalizedText Power = new("供电", "Power");
    public static readonly LocalizedText Fire = new("消防", "Fire");
    public static readonly LocalizedText Weather = new("气象", "Weather");

    // The alarm list.
    public static readonly LocalizedText AllNormal = new("一切正常", "All normal");
    public static readonly LocalizedText QuietSince = new("{0} 起没有报警。", "No alarm since {0}.");
    public static readonly LocalizedText LiveProof = new("数据是实时的：最新数据在 {0} 前到达。", "Data is live: the newest value is {0} old.");
    public static readonly LocalizedText NotLiveProof =
        new("注意：没有收到新数据，因此不能确认设备正常。", "Careful: no new data is coming in, so this proves nothing about the equipment.");

    public static readonly LocalizedText ValueAgainstLimit = new("{0}，限值 {1}", "{0}, limit {1}");
    public static readonly LocalizedText PointIs = new("{0}：{1}", "{0}: {1}");
    public static readonly LocalizedText Since = new("{0} 起", "since {0}");
    public static readonly LocalizedText Times = new("共 {0} 次", "{0} times");
    public static readonly LocalizedText ReturnedAt = new("{0} 恢复", "returned {0}");
    public static readonly LocalizedText AcknowledgedBy = new("{0} 于 {1} 确认", "{0} acknowledged {1}");
    public static readonly LocalizedText Acknowledge = new("确认", "Acknowledge");
    public static readonly LocalizedText AcknowledgeAlarm = new("确认报警：{0}", "Acknowledge: {0}");
    public static readonly LocalizedText YourName = new("姓名", "Your name");
    public static readonly LocalizedText Note = new("备注（可不填）", "Note (optional)");
    public static readonly LocalizedText Cancel = new("取消", "Cancel");
    public static readonly LocalizedText Recording = new("正在记录……", "Recording…");
    public static readonly LocalizedText NameMissing = new("请填写姓名，最多 100 个字符。", "Please give your name, at most 100 characters.");
    public static readonly LocalizedText NoteTooLong = new("备注最多 1000 个字符。", "The note can have at most 1,000 characters.");
    public static readonly LocalizedText SomebodyWasQuicker = new("已有人确认，您的确认没有改变记录。", "Somebody was quicker; nothing was changed.");
    public static readonly LocalizedText AlarmIsGone = new("该报警已不存在。", "This alarm does not exist any more.");
    public static readonly LocalizedText NotRecorded =
        new("确认未能记录，请重试。报警仍为未确认。", "This could not be recorded; please try again. The alarm is still unacknowledged.");

    // The page of one piece of equipment.
    public static readonly LocalizedText PartOf = new("属于", "Part of");
    public static readonly LocalizedText Parts = new("包含", "Parts");
    public static readonly LocalizedText Values = new("实时值", "Live values");
    public static readonly LocalizedText Trend = new("趋势", "Trend");
    public static readonly LocalizedText LastHours = new("{0} 小时", "{0} h");
    public static readonly LocalizedText LastDays = new("{0} 天", "{0} d");
    public static readonly LocalizedText LastYear = new("一年", "1 year");
    public static readonly LocalizedText TrendReach = new("趋势的时间范围", "How far back the trend reaches");
    public static readonly LocalizedText ReadingHistory = new("正在读取……", "Reading…");
    public static readonly LocalizedText ShareLegend = new("柱高：“{0}”所占的时间；再短也可见", "Height: the part of the time with “{0}”; however short, it is seen.");
    public static readonly LocalizedText ShareOfTime = new("{0} 占 {1} % 的时间", "{0} for {1} % of the time");
    public static readonly LocalizedText HighestLegend = new("每段显示其间最高的状态", "Each part shows the highest state in it.");
    public static readonly LocalizedText SystemSays = new("系统报告：", "The system says: ");
    public static readonly LocalizedText NoHistory = new("这段时间没有数据。", "There is no data in this time.");
    public static readonly LocalizedText HistoryUnavailable = new("历史数据暂时无法读取。", "The history cannot be read at the moment.");
    public static readonly LocalizedText TrendHint = new("在图上移动或触摸可读数", "Move over the chart or touch it to read values");
    public static readonly LocalizedText TrendLegend = new("线：平均值；带：最小至最大", "Line: mean. Band: smallest to largest.");
    public static readonly LocalizedText TrendOf = new("{0}的趋势", "Trend of {0}");
    public static readonly LocalizedText Maintenance = new("维护", "Maintenance");
    public static readonly LocalizedText NextMaintenance = new("下次 {0}", "next {0}");
    public static readonly LocalizedText NeverMaintained = new("尚无记录", "no record yet");
    public static readonly LocalizedText NoMaintenance = new("没有维护计划", "No maintenance is planned");
    public static readonly LocalizedText NoActiveAlarms = new("没有报警", "No alarms");
    public static readonly LocalizedText QualityGood = new("良好", "good");
    public static readonly LocalizedText QualityUncertain = new("存疑", "uncertain");
    public static readonly LocalizedText QualityBad = new("无效", "bad");
    public static readonly LocalizedText ReasonOutOfRange = new("超出量程", "out of range");
    public static readonly LocalizedText ReasonClockSkew = new("设备时钟偏差", "device clock is off");
    public static readonly LocalizedText ReasonUnknownLabel = new("未知的状态值", "unknown state");
    public static readonly LocalizedText Ago = new("{0}前", "{0} ago");
    public static readonly LocalizedText TimesUnit = new("次", "×");

    // The store of readings.
    public static readonly LocalizedText Storage = new("存储", "Storage");
    public static readonly LocalizedText Kept = new("数据正在保存", "Readings are kept");
    public static readonly LocalizedText NotKept = new("数据无法保存", "Readings are not kept");
    public static readonly LocalizedText NotKeptHint =
        new("设备会保留数据并在之后补发。报警暂时仍会判断。", "Devices keep their readings and send them again. Alarms go on for now.");

    public static readonly LocalizedText NotDelivered = new("远程存储未接收数据", "The remote store does not take readings");
    public static readonly LocalizedText NotDeliveredHint =
        new("数据保存在本机缓冲区，恢复后自动补传。", "They are kept here and delivered afterwards.");

    public static readonly LocalizedText StoreKind = new("存储类型", "Store");
    public static readonly LocalizedText StoreTakes = new("已占用", "Takes");
    public static readonly LocalizedText DiskFree = new("磁盘剩余", "Free on the disk");
    public static readonly LocalizedText FreeIs = new("剩余 {0}", "{0} free");
    public static readonly LocalizedText StoreGrows = new("增长", "Grows");
    public static readonly LocalizedText PerDay = new("每天 {0}", "{0} a day");
    public static readonly LocalizedText NotGrowing = new("不增长", "not at all");
    public static readonly LocalizedText NotKnownYet = new("尚无法判断", "not known yet");
    public static readonly LocalizedText DiskFullAt = new("预计写满", "Full, as it looks now");
    public static readonly LocalizedText FullIn = new("约 {0}后（{1}）", "in about {0} ({1})");
    public static readonly LocalizedText FullAround = new("约在 {0}", "around {0}");
    public static readonly LocalizedText WaitsSince = new("{0}（{1} 起）", "{0} (since {1})");
    public static readonly LocalizedText NotInSight = new("尚远", "not in sight");
    public static readonly LocalizedText Spool = new("等待补传", "Waits for the remote store");
    public static readonly LocalizedText SpoolEmpty = new("没有等待的数据", "Nothing waits");
    public static readonly LocalizedText SpoolReadings = new("{0} 条数据，{1}", "{0} readings, {1}");
    public static readonly LocalizedText SpoolOf = new("，上限 {0}", " of at most {0}");
    public static readonly LocalizedText SpoolOldest = new("最早的已等待", "The oldest waits for");
    public static readonly LocalizedText RefusedReadings = new("被拒收", "Refused");
    public static readonly LocalizedText RefusedCount = new("{0} 条数据，已另存", "{0} readings, set aside");
    public static readonly LocalizedText RefusedNone = new("无", "none");

    // Lengths of time.
    public static readonly LocalizedText Seconds = new("{0} 秒", "{0} s");
    public static readonly LocalizedText Minutes = new("{0} 分钟", "{0} min");
    public static readonly LocalizedText Hours = new("{0} 小时", "{0} h");
    public static readonly LocalizedText Days = new("{0} 天", "{0} d");

    // When something is wrong with the screen itself.
    public static readonly LocalizedText NotFound = new("没有这个页面", "There is no such page");
    public static readonly LocalizedText NoSuchEquipment = new("站点模型中没有设备 {0}。", "The site model has no equipment {0}.");
    public static readonly LocalizedText NoSuchAddress = new("地址可能有误，或设备已从站点模型中移除。",
        "The address may be mistyped, or the equipment was removed from the site model.");

    public static readonly LocalizedText BackToOverview = new("返回总览", "Back to the overview");
    public static readonly LocalizedText PartFailed = new("这一部分无法显示", "This part cannot be shown");
    public static readonly LocalizedText PartFailedHint =
        new("错误已记录。页面的其他部分仍是实时的。", "The error was logged. The rest of the page is still live.");

    public static readonly LocalizedText TryAgain = new("重试", "Try again");
    public static readonly LocalizedText ConnectionLost = new("连接中断——画面已冻结", "Connection lost – this screen is frozen");
    public static readonly LocalizedText FrozenHint =
        new("以下数据不再更新。正在重新连接……", "The values below are no longer updated. Reconnecting…");

    public static readonly LocalizedText LastUpdate = new("最后更新：", "Last update:");
    public static readonly LocalizedText Reload = new("重新加载", "Reload");
    public static readonly LocalizedText NeedsScript =
        new("此页面需要 JavaScript 才能更新；现在显示的是打开时的数据。", "This page needs JavaScript to stay live; it shows the values of the moment it was opened.");

    /// <summary>The name of a system.</summary>
    public static LocalizedText Of(BuildingSystem system) => system switch
    {
        BuildingSystem.Drainage => Drainage,
        BuildingSystem.WaterSupply => WaterSupply,
        BuildingSystem.Lifts => Lifts,
        BuildingSystem.Lighting => Lighting,
        BuildingSystem.Power => Power,
        BuildingSystem.Fire => Fire,
        _ => Weather,
    };

    /// <summary>The name of a priority.</summary>
    public static LocalizedText Of(AlarmPriority priority) => priority switch
    {
        AlarmPriority.Critical => Priority1,
        AlarmPriority.High => Priority2,
        AlarmPriority.Medium => Priority3,
        _ => Priority4,
    };

    /// <summary>The name of an alarm's state.</summary>
    public static LocalizedText Of(AlarmState state) => state switch
    {
        AlarmState.Unacknowledged => StateUnacknowledged,
        AlarmState.Acknowledged => StateAcknowledged,
        AlarmState.ReturnedUnacknowledged => StateReturned,
        _ => StateNormal,
    };

    /// <summary>The name of a rain warning's colour.</summary>
    public static LocalizedText Of(RainColour colour) => colour switch
    {
        RainColour.Blue => RainBlue,
        RainColour.Yellow => RainYellow,
        RainColour.Orange => RainOrange,
        RainColour.Red => RainRed,
        _ => RainNone,
    };

    /// <summary>How far a value can be trusted, and why not further.</summary>
    public static LocalizedText Of(QualityLevel level) => level switch
    {
        QualityLevel.Good => QualityGood,
        QualityLevel.Uncertain => QualityUncertain,
        _ => QualityBad,
    };

    /// <summary>Why a value is not good; null when there is nothing to say.</summary>
    public static LocalizedText? Of(QualityReason reason) => reason switch
    {
        QualityReason.OutOfRange => ReasonOutOfRange,
        QualityReason.ClockSkew => ReasonClockSkew,
        QualityReason.UnknownLabel => ReasonUnknownLabel,
        _ => null,
    };
}
