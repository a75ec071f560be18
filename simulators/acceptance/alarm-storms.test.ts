import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmDetail, AlarmDto, PerformanceDto } from '#gateway/contract.ts'
import { SmsSink } from '../receivers/sms-sink.ts'
import { WebhookReceiver } from '../receivers/webhook-receiver.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import { send } from './device-client.ts'
import type { LiveRecorder } from './live-recorder.ts'
import { clockAheadBy } from './shifted-clock.ts'

const SECRET = `whsec_${Buffer.alloc(32, 6).toString('base64')}`
const label = (name: string) => ({ zh: name, en: name })
const MINUTE_MS = 60_000

async function openOf(gateway: TestGateway, query: string): Promise<readonly AlarmDto[]> {
  return await gateway.api.list<AlarmDto>(`/alarms?state=open&${query}`)
}

/** The figures from an hour before the first alarm until a moment after now, as the gateway's clock has it. */
async function figuresOf(gateway: TestGateway, aheadMs = 0): Promise<PerformanceDto> {
  const nowMs = Date.now() + aheadMs
  const span = `from=${new Date(nowMs - 4 * 60 * MINUTE_MS).toISOString()}&to=${new Date(nowMs + MINUTE_MS).toISOString()}`
  return await gateway.api.get<PerformanceDto>(`/performance?${span}`)
}

/** Checks 6 and 7 of alarm management. */
describe('alarms that come and go, and silence behind a concentrator', () => {
  let gateway: TestGateway
  let siteId = ''
  const sink = new SmsSink()
  const hook = new WebhookReceiver({ secret: SECRET })

  beforeAll(async () => {
    await Promise.all([sink.start(), hook.start()])
    gateway = await startGateway()
    siteId = (await gateway.addSite()).site.id
    await gateway.addSmsChannel(sink, ['10000000001'])
    await gateway.addWebhookChannel(hook.url, SECRET)
  })
  afterAll(async () => {
    await gateway?.close()
    await Promise.all([sink.stop(), hook.stop()])
  })

  test('6: the same alarm three times in a minute is chattering: one message to people, every state in its time line', async () => {
    await gateway.api.post('/rules', {
      id: 'check-level',
      name: label('check level'),
      profileIds: ['tank'],
      point: 'level',
      latching: false,
      condition: {
        kind: 'limit',
        direction: 'high',
        deadband: 1,
        setpoints: [{ setpoint: 50, grade: 3, label: label('high') }],
      },
      reason: 'check 6',
    })
    const tank = await gateway.addDevice({ id: 'tank-6', profileId: 'tank', siteId })
    const level = (value: number) => ({ values: { level: value } })
    await send(gateway, tank, [55, 20, 55, 20, 55, 20].map(level))
    const alarm = async () =>
      (await openOf(gateway, 'deviceId=tank-6')).find(({ ruleId }) => ruleId === 'check-level')
    await expect
      .poll(async () => {
        const { occurrences, state } = (await alarm()) ?? {}
        return `${occurrences} ${state}`
      })
      .toBe('3 returned-unacknowledged')
    const id = (await alarm())?.id ?? ''
    const { timeline } = await gateway.api.get<AlarmDetail>(`/alarms/${id}`)
    expect(timeline.map(({ kind }) => kind)).toEqual([
      'raised',
      'returned',
      'reoccurred',
      'returned',
      'reoccurred',
      'returned',
    ])
    const { chattering, top } = await figuresOf(gateway)
    expect(chattering).toMatchObject([{ deviceId: 'tank-6', ruleId: 'check-level', count: 1 }])
    expect(top[0]).toMatchObject({ ruleId: 'check-level', count: 3 })
    // Programs are told each time; of people, whose numbers carriers count, each once.
    const raised = () => hook.ledger().filter(({ type }) => type === 'alarm.raised')
    await expect.poll(() => raised().length).toBe(3)
    expect(sink.messages).toHaveLength(1)
  })

  test('7: a concentrator that is lost is one alarm, its detectors are inhibited, and a fire elsewhere gets through', async () => {
    const before = sink.messages.length
    const silence = (id: string, profileId: string, point: string, afterMs: number) =>
      gateway.api.post('/rules', {
        id,
        name: label(id),
        profileIds: [profileId],
        point,
        condition: { kind: 'no-data', afterMs, grade: 3, label: label('silent') },
        reason: 'check 7',
      })
    await silence('concentrator-silent', 'smart-power', 'temperature', 2_000)
    await silence('smoke-silent', 'smoke', 'battery', 3_000)
    const add = (id: string, profileId: string, attachedTo?: string) =>
      gateway.addDevice({ id, profileId, siteId, ...(attachedTo ? { attachedTo } : {}) })
    const lost = await add('concentrator-1', 'smart-power')
    const detectors: TestDevice[] = []
    for (const number of [1, 2, 3, 4, 5]) {
      detectors.push(await add(`smoke-1-${number}`, 'smoke', lost.id))
    }
    await add('concentrator-2', 'smart-power')
    const elsewhere = await add('smoke-2-1', 'smoke', 'concentrator-2')
    await send(gateway, lost, [{ values: { temperature: 20 } }])
    for (const detector of detectors) await send(gateway, detector, [{ values: { battery: 90 } }])
    const silent = async () =>
      (await openOf(gateway, 'order=newest')).filter(({ ruleId }) => ruleId.endsWith('-silent'))
    await expect.poll(async () => (await silent()).length, { timeout: 20_000 }).toBe(6)
    const alarms = await silent()
    const [cause, ...others] = alarms.filter(({ suppressedBy }) => suppressedBy === null)
    expect(cause).toMatchObject({ deviceId: lost.id, state: 'unacknowledged' })
    expect(others).toEqual([])
    expect(new Set(alarms.map(({ suppressedBy }) => suppressedBy))).toEqual(
      new Set([null, cause?.id]),
    )
    await send(gateway, elsewhere, [{ values: { smoke: true } }])
    await expect
      .poll(async () => (await openOf(gateway, `deviceId=${elsewhere.id}`))[0]?.ruleId)
      .toBe('smoke-alarm')
    const [fire] = await openOf(gateway, `deviceId=${elsewhere.id}`)
    expect(fire).toMatchObject({ grade: 2, state: 'unacknowledged', suppressedBy: null })
    await expect.poll(() => sink.messages.length - before).toBe(2)
    const texts = sink.messages.slice(before).map(({ text }) => text)
    expect(texts[0]).toContain(lost.id)
    expect(texts[1]).toContain(elsewhere.id)
  })
})

/** Checks 4 and 5: minutes and hours pass while the gateway is dead. */
describe('hours that pass between two starts', () => {
  let gateway: TestGateway
  let live: LiveRecorder
  let aheadMs = 0
  const devices: TestDevice[] = []

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite()
    for (let number = 0; number < 12; number += 1) {
      devices.push(
        await gateway.addDevice({ id: `smoke-${number}`, profileId: 'smoke', siteId: site.id }),
      )
    }
    live = await gateway.openLive()
  })
  afterAll(async () => {
    live?.close()
    await gateway?.close()
  })

  /** kill -9, and what the machine's clock says at the next start is so much later. */
  const killFor = async (durationMs: number) => {
    live.close()
    await gateway.kill()
    aheadMs += durationMs
    gateway.start(clockAheadBy(aheadMs))
    await gateway.ready()
    live = await gateway.openLive()
  }
  const flood = () => live.snapshots.at(-1)?.flood
  const raise = async (from: number, to: number) => {
    for (const device of devices.slice(from, to)) {
      await send(gateway, device, [{ values: { tamper: true } }])
    }
    await expect.poll(async () => (await openOf(gateway, 'grade=4')).length).toBe(to)
  }
  /** The counts as a screen that asks now is told. */
  const asked = async () => {
    const before = live.snapshots.length
    live.socket.emit('resync')
    await live.until('a new snapshot', () => live.snapshots.length > before)
    return flood()
  }

  test('5: the eleventh alarm in ten minutes begins a flood, four left end it, and the figures show one', async () => {
    await raise(0, 7)
    await killFor(5 * MINUTE_MS)
    expect(flood()).toMatchObject({ recent: 7, since: null })
    await raise(7, 10)
    expect(await asked()).toMatchObject({ recent: 10, since: null })
    await raise(10, 11)
    const during = await asked()
    expect(during).toMatchObject({ recent: 11, startsAbove: 10, endsBelow: 5 })
    expect(during?.since).not.toBeNull()
    // The first seven leave the window.
    await killFor(5 * MINUTE_MS)
    expect(flood()).toMatchObject({ recent: 4, since: null })
    const { figures, total } = await figuresOf(gateway, aheadMs)
    expect(total).toBe(11)
    expect(figures.find(({ name }) => name === 'floods')?.value).toBe(1)
  })

  test('4: shelved for an hour: still shelved after 59 minutes and a restart, unacknowledged again at the hour', async () => {
    const [alarm] = await openOf(gateway, 'deviceId=smoke-0')
    const detail = async () => await gateway.api.get<AlarmDetail>(`/alarms/${alarm?.id}`)
    await gateway.api.post(`/alarms/${alarm?.id}/acknowledge`, {})
    await gateway.api.post(`/alarms/${alarm?.id}/shelve`, {
      note: '已知，待修',
      durationMs: 60 * MINUTE_MS,
    })
    const { shelvedUntil, timeline } = await detail()
    const shelvedAt = Date.parse(timeline.at(-1)?.at ?? '')
    expect(Date.parse(shelvedUntil ?? '') - shelvedAt).toBe(60 * MINUTE_MS)
    await killFor(59 * MINUTE_MS)
    expect(await detail()).toMatchObject({ state: 'acknowledged', shelvedUntil })
    await killFor(MINUTE_MS + 1_000)
    await expect.poll(async () => (await detail()).state).toBe('unacknowledged')
    const after = await detail()
    expect(after.shelvedUntil).toBeNull()
    expect(after.timeline.at(-1)).toMatchObject({
      kind: 'unshelved',
      actor: 'system',
      at: shelvedUntil,
    })
  })
})
