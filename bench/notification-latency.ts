import type { Socket } from 'node:net'
import type { Device } from '#gateway/contract.ts'
import { startGateway, type TestGateway } from '../simulators/acceptance/app-harness.ts'
import { SmsSink } from '../simulators/receivers/sms-sink.ts'
import { WebhookReceiver } from '../simulators/receivers/webhook-receiver.ts'
import { effortOf, pause } from './effort.ts'
import { OURS, quantileOf, tellFigure, tellRemark } from './figure.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { PacedLoad } from './load/paced-load.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { openSession } from './load/publisher.ts'
import { publishLevel, SETPOINT, Settling } from './load/settling.ts'
import { TOP_LOAD, topRateOf } from './load/top-rate.ts'

/**
 * How long from the PUBLISH of a reading that crosses a set-point until the call of an SMS gateway and of a webhook
 * has come in whole at its receiver, with the alarm and the message on disk before: in a quiet gateway and beside 30 %
 * of the most it takes. Each alarm is of a device of its own and red, for a flood of others would be told together.
 */
const SHARES = [0, 0.3]
const CROSSINGS_MAX = 100
const CROSSING_PAUSE_MS = 10
const ARRIVAL_MS_MAX = 30_000
const POLL_MS = 1
const PHONE = '10000000001'
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

interface Arrivals {
  readonly smsMs: number[]
  readonly webhookMs: number[]
}

/** A receiver of each kind; both note when what tells of a device is there. */
class Receivers {
  readonly #sms = new SmsSink()
  readonly #webhook = new WebhookReceiver({ secret: SECRET, nowMs: () => performance.now() })
  readonly #texts: { readonly text: string; readonly at: number }[] = []

  static async start(gateway: TestGateway): Promise<Receivers> {
    const receivers = new Receivers()
    await receivers.#sms.start()
    await receivers.#webhook.start()
    receivers.#sms.onMessage(({ text }) => receivers.#texts.push({ text, at: performance.now() }))
    await gateway.addSmsChannel(receivers.#sms, [PHONE])
    await gateway.addWebhookChannel(receivers.#webhook.url, SECRET)
    return receivers
  }

  smsAt(deviceId: string): Promise<number> {
    return until(`an SMS about ${deviceId}`, () => {
      return this.#texts.findLast(({ text }) => text.includes(deviceId))?.at
    })
  }

  webhookAt(deviceId: string): Promise<number> {
    return until(`a webhook about ${deviceId}`, () => {
      const entry = this.#webhook.ledger().findLast(({ data }) => {
        return (data as { deviceId?: unknown } | null)?.deviceId === deviceId
      })
      return entry?.attempts[0]?.atMs
    })
  }

  async stop(): Promise<void> {
    await this.#sms.stop()
    await this.#webhook.stop()
  }
}

async function until(what: string, find: () => number | undefined): Promise<number> {
  for (const beganAt = performance.now(); performance.now() - beganAt < ARRIVAL_MS_MAX; ) {
    const found = find()
    if (found !== undefined) return found
    await pause(POLL_MS)
  }
  throw new Error(`never came: ${what}`)
}

/** Tanks that are watched by a red rule, each used once. */
class Tanks {
  readonly #sockets: { readonly id: string; readonly socket: Socket }[] = []

  static async open(gateway: TestGateway, count: number): Promise<Tanks> {
    const members = await addFleet(gateway, count, { prefix: 'tank-', profileId: 'tank' })
    await gateway.api.post('/rules', {
      id: 'bench-red',
      name: { zh: '红色', en: 'red' },
      profileIds: ['tank'],
      siteIds: [(await gateway.api.get<Device>('/devices/tank-0')).siteId],
      point: 'level',
      condition: {
        ...{ kind: 'limit', direction: 'high', deadband: 0 },
        setpoints: [{ setpoint: SETPOINT, grade: 1, label: { zh: '高', en: 'high' } }],
      },
    })
    const tanks = new Tanks()
    for (const { device } of members) {
      const socket = await openSession(gateway.mqttPort, device)
      tanks.#sockets.push({ id: device.id, socket })
    }
    return tanks
  }

  /** Runs full; its id, and when its reading was sent. */
  fill(): { readonly id: string; readonly at: number } {
    const tank = this.#sockets.pop()
    if (tank === undefined) throw new Error('every tank is full')
    publishLevel(tank.socket, tank.id, SETPOINT + 10)
    return { id: tank.id, at: performance.now() }
  }
}

async function crossings(tanks: Tanks, receivers: Receivers, seconds: number): Promise<Arrivals> {
  const arrivals: Arrivals = { smsMs: [], webhookMs: [] }
  const endAt = performance.now() + seconds * 1_000
  while (performance.now() < endAt && arrivals.smsMs.length < CROSSINGS_MAX) {
    const { id, at } = tanks.fill()
    arrivals.smsMs.push((await receivers.smsAt(id)) - at)
    arrivals.webhookMs.push((await receivers.webhookAt(id)) - at)
    await pause(CROSSING_PAUSE_MS)
  }
  return arrivals
}

function tellShare(share: number, rounds: readonly Arrivals[]): void {
  const name = share === 0 ? 'Quiet' : `At ${share * 100} % of the most it takes`
  for (const quantile of [0.5, 0.99]) {
    const columns = [
      { who: `${OURS}, SMS`, rounds: rounds.map(({ smsMs }) => quantileOf(smsMs, quantile)) },
      {
        who: `${OURS}, webhook`,
        rounds: rounds.map(({ webhookMs }) => quantileOf(webhookMs, quantile)),
      },
    ]
    tellFigure({ name, unit: `ms to the call, p${quantile * 100}`, better: 'less', columns })
  }
}

async function run(): Promise<void> {
  const { rounds, seconds } = effortOf({ rounds: 5, seconds: 4 })
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const members = await addFleet(gateway, TOP_LOAD.connections)
  const tanks = await Tanks.open(gateway, rounds * SHARES.length * CROSSINGS_MAX)
  const settling = await Settling.open(gateway)
  const receivers = await Receivers.start(gateway)
  const found = SHARES.map((): Arrivals[] => [])
  for (let round = 0; round < rounds; round += 1) {
    const topRate = await topRateOf({ gateway, members, settling, seconds: Math.min(2, seconds) })
    for (const [n, share] of SHARES.entries()) {
      const offered = { port: gateway.mqttPort, members, form: USUAL_PAYLOAD }
      const load =
        share === 0 ? null : await PacedLoad.start({ ...offered, perSecond: share * topRate })
      found[n]?.push(await crossings(tanks, receivers, seconds))
      await load?.settle()
      load?.stop()
      await settling.settled()
    }
  }
  for (const [n, share] of SHARES.entries()) tellShare(share, found[n] ?? [])
  const count = found.flat().reduce((sum, { smsMs }) => sum + smsMs.length, 0)
  tellRemark(`${count} red alarms, each on disk before its calls.`)
  await settling.close()
  await receivers.stop()
}

await run()
