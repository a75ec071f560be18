import { InfluxDB } from 'influx'
import { connectAsync } from 'mqtt'

/**
 * The script one usually finds between Mosquitto and InfluxDB: subscribe, parse, gather, write. It keeps
 * nothing on disk, checks nothing and raises no alarm. Arguments: port of MQTT, port of InfluxDB, database.
 */
const POINTS_PER_WRITE = 5_000
const WRITE_INTERVAL_MS = 1_000

const [mqttPort = '', influxPort = '', database = ''] = process.argv.slice(2)
const influx = new InfluxDB({ host: '127.0.0.1', port: Number(influxPort), database })
await influx.createDatabase(database)

let points: Parameters<typeof influx.writePoints>[0] = []

function write(): void {
  const batch = points
  points = []
  if (batch.length === 0) return
  influx.writePoints(batch, { precision: 'ms' }).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
}

const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`)
client.on('message', (topic, payload) => {
  const { ts, values } = JSON.parse(payload.toString())
  const tags = { device: topic.split('/')[1] ?? '' }
  points.push({ measurement: 'readings', tags, fields: values, timestamp: ts })
  if (points.length >= POINTS_PER_WRITE) write()
})
setInterval(write, WRITE_INTERVAL_MS)
await client.subscribeAsync('devices/+/readings', { qos: 1 })
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
