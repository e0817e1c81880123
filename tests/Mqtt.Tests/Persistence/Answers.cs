using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Persistence;

/// <summary>Answers of a client that goes through with what it begins.</summary>
internal static class Answers
{
    /// <summary>Acknowledges a message in as many steps as its QoS has.</summary>
    public static async Task AnswerAsync(this RawClient client, RawMessage message)
    {
        await client.AnswerAsync(message.Qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec, message.Id);
        if (message.Qos != MqttQos.ExactlyOnce) return;
        Assert.Equal(message.Id, await client.ReadAnswerAsync(PacketType.Pubrel));
        await client.AnswerAsync(PacketType.Pubcomp, message.Id);
    }

    /// <summary>The identifier of the answer that comes next.</summary>
    public static async Task<ushort> ReadAnswerAsync(this RawClient client, PacketType type)
    {
        var answer = await client.ReadAnswerAsync();
        Assert.Equal((type, Reason.Success), (answer.Type, answer.Reason));
        return answer.PacketId;
    }
}
