// Subscribes, publishes, and prints what comes back, one line of JSON a message; "refused CODE" when it may not connect.
import mqtt from 'mqtt';

const [url, version, qos, topic, payload, username, password] = process.argv.slice(2);
const patience = setTimeout(() => process.exit(3), 15000);
const client = mqtt.connect(url, {
  protocolVersion: Number(version), username, password, reconnectPeriod: 0, connectTimeout: 10000,
});

client.on('error', error => {
  console.log(`refused ${error.code ?? error.message}`);
  process.exit(1);
});

client.on('message', async (received, bytes, packet) => {
  console.log(JSON.stringify({ topic: received, payload: bytes.toString(), qos: packet.qos }));
  clearTimeout(patience);
  await client.endAsync();
});

client.on('connect', async () => {
  await client.subscribeAsync(topic, { qos: Number(qos) });
  await client.publishAsync(topic, payload, { qos: Number(qos) });
});
