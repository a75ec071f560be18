import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { startGateway, type TestGateway } from '../simulators/acceptance/app-harness.ts'
import { Influxd } from '../simulators/receivers/influxd.ts'
import { effortOf, pause } from './effort.ts'
import { OURS, tellFigure, tellRemark } from './figure.ts'
import { acknowledgedBy, type LoadMember, openPublishers } from './load/acknowledged-rate.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { startMosquitto } from './peers/brokers.ts'
import { startNodeRed } from './peers/node-red.ts'
import { cpuSecondsOf } from './processes.ts'

/**
 * Readings a second through MQTT into InfluxDB until they can be counted there, and the CPU time of a
 * million: the gateway, which keeps and judges each, beside Mosquitto with the usual script and Mosquitto
 * with Node-RED (MQTT in → function → InfluxDB). All write into one InfluxDB in turns. The peers store the
 * four readings of a message as four fields of one point, which is less for InfluxDB to do than our point
 * a reading.
 */
const CONNECTIONS = 100
const IN_FLIGHT = 50
const POLL_MS = 50
const SCRIPT_TIMES_MIN = 10
const NODE_RED_TIMES_MIN = 30
/** Node-RED writes each message by itself and holds back nobody, so it gets this part of the messages. */
const NODE_RED_SHARE = 10
const SCRIPT = 'Mosquitto → mqtt.js → influx'
const NODE_RED = 'Mosquitto → Node-RED'

const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const MESSAGES = isQuick ? 5_000 : 30_000
const READINGS_PER_MESSAGE = USUAL_PAYLOAD.readings

interface Pipeline {
  readonly who: string
  readonly mqttPort: number
  /** Without influxd. */
  readonly pids: readonly number[]
  /** A round, where it is not as many as of the others. */
  readonly messages?: number
  /** Messages whose readings are in InfluxDB. */
  readonly storedMessages: () => Promise<number>
}

interface Outcome {
  readonly perSecond: number
  readonly cpuSeconds: number
  readonly influxdCpuSeconds: number
}

async function measure(
  { mqttPort, pids, messages = MESSAGES, storedMessages }: Pipeline,
  members: readonly LoadMember[],
  influxd: Influxd,
): Promise<Outcome> {
  const before = await storedMessages()
  const cpu = () => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0)
  const [cpuBefore, influxdBefore] = [cpu(), cpuSecondsOf(influxd.pid)]
  const publishers = await openPublishers(mqttPort, members, USUAL_PAYLOAD)
  const beganAt = performance.now()
  // Nothing is sent beyond what is counted: what it costs is counted too.
  const each = Math.ceil(messages / publishers.length)
  for (const publisher of publishers) publisher.keepInFlight(IN_FLIGHT, each)
  const sent = each * publishers.length
  while (acknowledgedBy(publishers) < sent) await pause(5)
  while ((await storedMessages()) - before < sent) await pause(POLL_MS)
  const seconds = (performance.now() - beganAt) / 1_000
  for (const publisher of publishers) publisher.stop()
  const readings = sent * READINGS_PER_MESSAGE
  return {
    perSecond: readings / seconds,
    cpuSeconds: ((cpu() - cpuBefore) * 1_000_000) / readings,
    influxdCpuSeconds: ((cpuSecondsOf(influxd.pid) - influxdBefore) * 1_000_000) / readings,
  }
}

async function countIn(influxd: Influxd, database: string, statement: string): Promise<number> {
  const [row] = await influxd.ask(statement, { database })
  return Number(row?.[1] ?? 0)
}

function ours(gateway: TestGateway, influxd: Influxd): Pipeline {
  const statement = `SELECT count("arrived_at_ms") FROM "vigil"."vigil_readings" WHERE "point" = 'lel'`
  return {
    ...{ who: OURS, mqttPort: gateway.mqttPort, pids: [gateway.process.pid] },
    storedMessages: () => countIn(influxd, 'ours', statement),
  }
}

async function startScript(mqttPort: number, influxPort: number): Promise<ChildProcess> {
  const script = new URL('peers/mqtt-to-influx.ts', import.meta.url)
  const child = fork(script, [String(mqttPort), String(influxPort), 'theirs'])
  await once(child, 'message')
  return child
}

function tellAll(outcomes: ReadonlyMap<string, readonly Outcome[]>): void {
  const columns = (number: (outcome: Outcome) => number) =>
    [...outcomes].map(([who, all]) => ({ who, rounds: all.map(number) }))
  const name = `${CONNECTIONS} × ${IN_FLIGHT}, ${READINGS_PER_MESSAGE} readings a message`
  tellFigure({
    ...{ name, unit: 'readings stored/s', better: 'more' },
    columns: columns(({ perSecond }) => perSecond),
  })
  tellFigure({
    ...{ name, unit: 'CPU seconds a million readings stored, without influxd', better: 'less' },
    columns: columns(({ cpuSeconds }) => cpuSeconds),
    limits: [
      { peer: SCRIPT, is: 'at most', bound: 1 / SCRIPT_TIMES_MIN },
      { peer: NODE_RED, is: 'at most', bound: 1 / NODE_RED_TIMES_MIN },
    ],
  })
  tellFigure({
    ...{ name, unit: 'CPU seconds of influxd a million readings', better: 'less' },
    columns: columns(({ influxdCpuSeconds }) => influxdCpuSeconds),
  })
}

/** Null, with a word why, where they cannot be had. */
async function startNodeRedPipeline(influxd: Influxd) {
  const broker = await startMosquitto()
  if (broker === null) return null
  const started = await startNodeRed(broker.port, influxd.port, 'node-red')
  if ('reason' in started) {
    tellRemark(`Node-RED is left out: ${started.reason}`)
    await broker.stop()
    return null
  }
  const pipeline: Pipeline = {
    ...{ who: NODE_RED, mqttPort: broker.port, pids: [broker.pid, started.pid] },
    messages: Math.ceil(MESSAGES / NODE_RED_SHARE),
    storedMessages: () => countIn(influxd, 'node-red', 'SELECT count("lel") FROM "readings"'),
  }
  const stop = async () => {
    await started.stop()
    await broker.stop()
  }
  return { pipeline, stop }
}

async function run(influxd: Influxd): Promise<void> {
  const url = `influxdb1://127.0.0.1:${influxd.port}/ours`
  await using gateway = await startGateway({
    settings: { VIGIL_LOG_LEVEL: 'warn', VIGIL_TIMESERIES_URL: url },
  })
  const members = await addFleet(gateway, CONNECTIONS)
  const pipelines = [ours(gateway, influxd)]
  const mosquitto = await startMosquitto()
  const script = mosquitto === null ? null : await startScript(mosquitto.port, influxd.port)
  if (mosquitto === null) tellRemark('Mosquitto and the script are left out: it is not installed.')
  else {
    const theirs = () => countIn(influxd, 'theirs', 'SELECT count("lel") FROM "readings"')
    const pids = [mosquitto.pid, script?.pid ?? -1]
    pipelines.push({ who: SCRIPT, mqttPort: mosquitto.port, pids, storedMessages: theirs })
  }
  const nodeRed = await startNodeRedPipeline(influxd)
  if (nodeRed !== null) pipelines.push(nodeRed.pipeline)
  const outcomes = new Map<string, Outcome[]>(pipelines.map(({ who }) => [who, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const pipeline of pipelines) {
      outcomes.get(pipeline.who)?.push(await measure(pipeline, members, influxd))
    }
  }
  tellAll(outcomes)
  await nodeRed?.stop()
  script?.disconnect()
  await mosquitto?.stop()
}

const influxd = new Influxd()
await influxd.start()
try {
  await run(influxd)
} finally {
  await influxd.stop()
}
