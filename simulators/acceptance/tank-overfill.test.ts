import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmDetail, AlarmDto, HazardSource, Tank, WatchState } from '#gateway/contract.ts'
import type { Page } from '../api-client.ts'
import { SimulatedFleet } from '../fleet.ts'
import { SmsSink } from '../receivers/sms-sink.ts'
import { startGateway, type TestGateway } from './app-harness.ts'
import type { LiveRecorder } from './live-recorder.ts'

/**
 * A tank of methanol (10 m wide, 10 m high: 621.25 t when full) of which 500 t are registered, filled
 * too far by a simulated transfer over MQTT. Its simulated gauge wanders between 30 and 72 %, which is
 * always below 500 t (80.5 %), and the transfer lifts it above in any case. The steps follow each other.
 */
const REGISTERED_TONNES = 500
const FULL_TONNES = (Math.PI * 25 * 10 * 791) / 1_000
const RULE = 'hazard-quantity-exceeded'

describe('a tank filled past its registered quantity', () => {
  let gateway: TestGateway
  let live: LiveRecorder
  let fleet: SimulatedFleet
  let folder: string
  const sink = new SmsSink()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigil-overfill-'))
    const config = join(folder, 'vigil.yaml')
    await writeFile(config, 'watching: { quantityAlarm: { onDelaySeconds: 2 } }\n')
    await sink.start()
    gateway = await startGateway({ settings: { VIGIL_CONFIG: config } })
    const { organization, site } = await gateway.addSite('潮信精细化工')
    const gauge = await gateway.addDevice({ id: 'T-101', profileId: 'tank', siteId: site.id })
    await gateway.addSmsChannel(sink, ['10000000001'])
    await registerFarm(organization.id, site.id)
    await gateway.api.post<Tank>('/hazard-sources/farm/tanks', {
      id: 'T-101',
      name: '甲醇储罐 T-101',
      unitId: 'group-1',
      substanceId: 'methanol',
      shape: { kind: 'vertical-cylinder', diameterM: 10, heightM: 10 },
      medium: { densityKgM3: 791 },
      level: { deviceId: 'T-101', point: 'level' },
    })
    live = await gateway.openLive()
    fleet = new SimulatedFleet({
      brokerUrl: `mqtt://127.0.0.1:${gateway.mqttPort}`,
      members: [{ deviceId: gauge.id, token: gauge.token, profileId: 'tank', siteId: site.id }],
      seed: 'overfill',
    })
    fleet.start()
  })

  afterAll(async () => {
    live?.close()
    await fleet?.stop()
    await gateway?.close()
    await sink.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const registerFarm = (organizationId: string, siteId: string) =>
    gateway.api.post<HazardSource>('/hazard-sources', {
      id: 'farm',
      organizationId,
      draft: {
        name: '一号罐区',
        siteId,
        units: [
          {
            id: 'group-1',
            name: '甲醇罐组',
            boundary: 'dike',
            substances: [
              {
                id: 'methanol',
                name: '甲醇',
                row: 65,
                beta: '1',
                quantity: { value: String(REGISTERED_TONNES), unit: 't' },
              },
            ],
          },
        ],
        surroundings: { exposedPopulation: 12 },
      },
    })
  const watch = () => gateway.api.get<WatchState>('/hazard-sources/farm/watch')
  const substanceNow = async () => (await watch()).units[0]?.substances[0]
  const openAlarms = async () =>
    (await gateway.api.get<Page<AlarmDto>>('/alarms?state=open')).items.filter(
      ({ ruleId }) => ruleId === RULE,
    )

  test('shows quantity, S and R of now beside the registered ones', async () => {
    await expect.poll(async () => (await substanceNow())?.basis).toBe('measured')
    const { units, tanks } = await watch()
    const tonnes = Number(units[0]?.substances[0]?.now)
    expect(tonnes).toBeCloseTo((Number(tanks[0]?.level) / 100) * FULL_TONNES, 3)
    expect(tonnes).toBeLessThan(REGISTERED_TONNES)
    expect(units[0]).toMatchObject({
      s: { registered: '1' },
      r: { registered: '1', now: null },
      hazardLevel: { registered: 4, now: null },
    })
    expect(Number(units[0]?.s.now)).toBeCloseTo(tonnes / 500, 6)
    expect(await openAlarms()).toEqual([])
  })

  test('raises an alarm that names the source, the quantity, S and R now and as registered', async () => {
    fleet
      .device('T-101')
      .affect(
        { kind: 'overfill', peak: 80, riseMs: 2_000, holdMs: 600_000, decayMs: 1_000 },
        Date.now(),
      )
    const { event } = await live.alarm('the quantity alarm', ({ ruleId }) => ruleId === RULE)
    expect(event).toMatchObject({
      grade: 2,
      state: 'unacknowledged',
      deviceId: 'T-101',
      organizationName: '潮信精细化工',
      setpoint: REGISTERED_TONNES,
      unit: 't',
    })
    const now = Number(event.value)
    expect(now).toBeGreaterThan(REGISTERED_TONNES)
    expect(now).toBeLessThanOrEqual(FULL_TONNES + 0.001)
    const shown = String(Number(now.toFixed(3)))
    expect(event.title.zh).toBe(`存量超过备案量 · 一号罐区：甲醇 ${shown} t，备案 500 t`)
    const { timeline } = await gateway.api.get<AlarmDetail>(`/alarms/${event.id}`)
    const s = String(Number((now / 500).toFixed(3)))
    expect(timeline[0]?.note).toContain(`甲醇 ${shown} t, S ${s}, R ${s}`)
    expect(timeline[0]?.note).toContain('甲醇 500 t, S 1, R 1')
    await expect
      .poll(() => sink.messages.some(({ text }) => text.includes('存量超过备案量')))
      .toBe(true)
  })

  test('is the same alarm after a kill -9, and returns when the tank is drawn down', async () => {
    const before = await openAlarms()
    expect(before).toHaveLength(1)
    await gateway.kill()
    gateway.start()
    await gateway.ready()
    await expect.poll(async () => (await substanceNow())?.isExceeded).toBe(true)
    fleet.device('T-101').influences.clear()
    await expect.poll(async () => (await substanceNow())?.isExceeded).toBe(false)
    await expect
      .poll(async () => (await openAlarms()).map(({ id, state }) => [id, state]))
      .toEqual([[before[0]?.id, 'returned-unacknowledged']])
  })
})
