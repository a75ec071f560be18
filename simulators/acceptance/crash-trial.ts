import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { AlarmDto } from '#gateway/contract.ts'
import { ApiProblem } from '../api-client.ts'
import { WebhookReceiver } from '../receivers/webhook-receiver.ts'
import { createRandom, type SeededRandom } from '../seeded-random.ts'
import { startGateway, TestGateway } from './app-harness.ts'
import { verifyAlarms, verifyReadings, verifyWebhooks } from './crash-comparison.ts'
import { createCrossingSignal, ORANGE_AT, YELLOW_AT } from './crossings.ts'
import { LoadDevice, MqttLoad } from './mqtt-load.ts'

export interface CrashTrialOptions {
  readonly kills: number
  readonly connections: number
  readonly readingsPerSecond: number
  readonly seed: string
  readonly log: (line: string) => void
}

export interface CrashReport {
  /** Every promise that was broken, in words. Empty: all held. */
  readonly problems: readonly string[]
  readonly seed: string
  readonly kills: number
  readonly killsBeforeReady: number
  readonly acknowledged: number
  readonly offeredPerSecond: number
  readonly crossings: number
  readonly alarms: number
  readonly webhooks: number
  readonly webhookRetries: number
  /** From the start after a kill until it listens. */
  readonly readyMsMedian: number
  readonly readyMsMax: number
  /** The same for gateways without any data that were started beside it, under the same load. */
  readonly emptyReadyMsMedian: number
  readonly durationMs: number
}

export const RULE_ID = 'crash-level'
export const POINT = 'level'
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
/** Every so often the receiver fails, so that ids have to stay the same over retries. */
const RECEIVER_FAILS = 0.03
/**
 * From ready to the kill, more often short than long: most of what a kill can interrupt is under way at any moment,
 * and only checkpoints and retries want longer lives. Nearly half of the kills meet a gateway that still starts.
 */
const ALIVE_MS_MIN = 100
const ALIVE_MS_MAX = 3_500
const KILLED_WHILE_STARTING = 0.45
const STARTING_MS_MAX = 1_500
/** How many gateways without data are started, spread over the trial, to compare restarts with. */
const EMPTY_STARTS = 3
const DRAIN_MS_MAX = 120_000

/**
 * Kills a gateway again and again, at random moments, under a load whose ledger is kept here, with an
 * operator who acknowledges alarms and a receiver that sometimes fails. Then lets it finish and compares:
 * what it has stored with what it acknowledged, its alarms with those the readings must have caused,
 * the webhooks that came with those it owes. The same engine serves the test (40 kills) and the
 * soak (1,000).
 */
export async function runCrashTrial(options: CrashTrialOptions): Promise<CrashReport> {
  const startedAt = performance.now()
  const random = createRandom(options.seed)
  const receiver = startReceiver(random.fork('receiver'))
  await receiver.start()
  await using gateway = await startGateway()
  const load = await prepare(gateway, receiver, options, random)
  const operator = new Operator(gateway, random.fork('operator'))
  load.start()
  operator.start()
  const killing = await killAgainAndAgain(gateway, load, options, random.fork('kills'))
  load.stopOffering()
  await operator.stop()
  options.log(`letting it finish: ${load.pending} readings are not acknowledged yet`)
  const problems = await drain(load)
  load.stop()
  problems.push(...(await verifyReadings(gateway, load, POINT)))
  const alarms = await verifyAlarms(gateway, load, RULE_ID)
  problems.push(...alarms.problems)
  const webhooks = await verifyWebhooks(gateway, receiver, alarms.details)
  problems.push(...webhooks)
  await receiver.stop()
  const ledger = receiver.ledger()
  return {
    problems,
    seed: options.seed,
    kills: options.kills,
    killsBeforeReady: killing.beforeReady,
    acknowledged: load.acknowledged,
    offeredPerSecond: load.offeredPerSecond,
    crossings: alarms.crossings,
    alarms: alarms.details.length,
    webhooks: ledger.length,
    webhookRetries: ledger.reduce((sum, { attempts }) => sum + attempts.length - 1, 0),
    readyMsMedian: medianOf(killing.readyMs),
    readyMsMax: Math.max(...killing.readyMs),
    emptyReadyMsMedian: medianOf(killing.emptyReadyMs),
    durationMs: performance.now() - startedAt,
  }
}

function startReceiver(random: SeededRandom): WebhookReceiver {
  return new WebhookReceiver({
    secret: SECRET,
    answers: () => {
      if (random.next() >= RECEIVER_FAILS) return { kind: 'status', status: 200 }
      return random.pick([
        { kind: 'status', status: 503 },
        { kind: 'reset' },
        { kind: 'half' },
      ] as const)
    },
  })
}

async function prepare(
  gateway: TestGateway,
  receiver: WebhookReceiver,
  options: CrashTrialOptions,
  random: SeededRandom,
): Promise<MqttLoad> {
  const { site } = await gateway.addSite()
  const setpoint = (value: number, grade: number, name: string) => ({
    setpoint: value,
    grade,
    label: { zh: name, en: name },
  })
  await gateway.api.post('/rules', {
    id: RULE_ID,
    name: { zh: '崩溃试验', en: 'crash trial' },
    profileIds: ['tank'],
    point: POINT,
    condition: {
      kind: 'limit',
      direction: 'high',
      deadband: 0,
      setpoints: [setpoint(YELLOW_AT, 3, 'yellow'), setpoint(ORANGE_AT, 2, 'orange')],
    },
  })
  const devices = []
  for (let index = 0; index < options.connections; index += 1) {
    const id = `tank-${index}`
    const { token } = await gateway.addDevice({ id, profileId: 'tank', siteId: site.id })
    const device = new LoadDevice({
      deviceId: id,
      token,
      point: POINT,
      port: gateway.mqttPort,
      inFlightMax: 20,
    })
    devices.push({ device, nextValue: createCrossingSignal(random.fork(id)) })
  }
  await gateway.addWebhookChannel(receiver.url, SECRET)
  return new MqttLoad({ devices, readingsPerSecond: options.readingsPerSecond })
}

async function killAgainAndAgain(
  gateway: TestGateway,
  load: MqttLoad,
  options: CrashTrialOptions,
  random: SeededRandom,
): Promise<{ beforeReady: number; readyMs: number[]; emptyReadyMs: number[] }> {
  const readyMs: number[] = []
  const emptyReadyMs: number[] = []
  const compareEvery = Math.ceil(options.kills / EMPTY_STARTS)
  let beforeReady = 0
  await wait(ALIVE_MS_MAX)
  for (let kill = 1; kill <= options.kills; kill += 1) {
    await gateway.kill()
    const spawnedAt = performance.now()
    gateway.start()
    const isLast = kill === options.kills
    if (!isLast && random.next() < KILLED_WHILE_STARTING) {
      beforeReady += 1
      await wait(random.between(0, STARTING_MS_MAX))
      continue
    }
    await gateway.ready()
    readyMs.push(performance.now() - spawnedAt)
    if (kill % 10 === 0) {
      options.log(`${kill} kills, ${load.acknowledged} readings acknowledged`)
    }
    if (kill > emptyReadyMs.length * compareEvery) emptyReadyMs.push(await startEmpty())
    if (!isLast) await wait(aliveMs(random))
  }
  return { beforeReady, readyMs, emptyReadyMs }
}

function aliveMs(random: SeededRandom): number {
  return ALIVE_MS_MIN + random.next() ** 2 * (ALIVE_MS_MAX - ALIVE_MS_MIN)
}

/** Starts a gateway that has nothing to recover and no device; how long until it listens, in ms. */
async function startEmpty(): Promise<number> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'vigil-empty-'))
  const spawnedAt = performance.now()
  await using gateway = new TestGateway({ dataFolder, ownsFolder: true, settings: {} })
  await gateway.process.ready()
  return performance.now() - spawnedAt
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  if (median === undefined) throw new Error('The median of nothing was asked for.')
  return median
}

/** Waits until everything that was offered is acknowledged: then nothing is in doubt. */
async function drain(load: MqttLoad): Promise<string[]> {
  const startedAt = performance.now()
  while (load.pending > 0) {
    if (performance.now() - startedAt > DRAIN_MS_MAX) {
      return [`${load.pending} readings were never acknowledged after the last start`]
    }
    await wait(100)
  }
  return []
}

/** Somebody who acknowledges open alarms all the time, whether the gateway is there or not. */
class Operator {
  readonly #gateway: TestGateway
  readonly #random: SeededRandom
  #isStopping = false
  #work: Promise<void> = Promise.resolve()

  constructor(gateway: TestGateway, random: SeededRandom) {
    this.#gateway = gateway
    this.#random = random
  }

  start(): void {
    this.#work = this.#acknowledgeOn()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#work
  }

  async #acknowledgeOn(): Promise<void> {
    while (!this.#isStopping) {
      await wait(this.#random.between(20, 400))
      try {
        await this.#acknowledgeOne()
      } catch (error) {
        // Killed under the request, or refused because the alarm went on meanwhile: an operator shrugs.
        if (error instanceof ApiProblem && error.status === 500) throw error
      }
    }
  }

  async #acknowledgeOne(): Promise<void> {
    const { items } = await this.#gateway.api.get<{ items: AlarmDto[] }>('/alarms?state=open')
    const waiting = items.filter(
      ({ ruleId, state }) => ruleId === RULE_ID && state.endsWith('unacknowledged'),
    )
    if (waiting.length === 0) return
    await this.#gateway.api.post(`/alarms/${this.#random.pick(waiting).id}/acknowledge`)
  }
}
