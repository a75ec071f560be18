import { test as base, describe, expect } from 'vitest'
import {
  anSms,
  aWebhook,
  DEVICE,
  FAKE_PLACES,
  raised,
  returned,
  START_MS,
  text,
} from '../builders.suite.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import type { AlarmId } from './alarm.ts'
import { AlarmService } from './alarm-service.ts'
import { AlarmVerbs } from './alarm-verbs.ts'
import { FakeAlarmStore } from './fake-alarm-store.ts'
import type { Inhibition, ServiceWindows } from './overlays.ts'

const HUB = 'HUB-1'
const HOUR_MS = 3_600_000
const FIRE = { version: 1, name: text('fire'), latching: true, shelvable: false }

/** A concentrator: while one of its alarms is open, every other device is explained by it. */
const EXPLAINED_BY_HUB: Inhibition = {
  causeOf: ({ deviceId }, open) => (deviceId === HUB ? null : (open.of(HUB)[0]?.id ?? null)),
}

class Desk {
  readonly clock = new SimulatedClock(START_MS)
  readonly store = new FakeAlarmStore()
  windows: ServiceWindows = { windowOf: () => null }
  service = this.#make()

  #make(): AlarmService {
    return new AlarmService({
      store: this.store,
      clock: this.clock,
      places: FAKE_PLACES,
      channels: () => [aWebhook(), anSms()],
      inhibition: EXPLAINED_BY_HUB,
      serviceWindows: { windowOf: (cause, atMs) => this.windows.windowOf(cause, atMs) },
    })
  }

  async restart(): Promise<void> {
    await this.service.stop()
    this.service = this.#make()
    await this.service.start()
  }

  get verbs() {
    return new AlarmVerbs(this.service)
  }

  of(deviceId: string) {
    return [...this.service.openOf(deviceId)][0] ?? null
  }

  get sms(): readonly string[] {
    return [...this.store.outbox.values()]
      .filter(({ channelId }) => channelId === 'sms')
      .map(({ type }) => type)
  }

  async story(id: string): Promise<readonly string[]> {
    const entries = await this.store.timeline(id as AlarmId)
    return entries.map(({ kind, atMs }) => `${kind} ${atMs - START_MS}`)
  }
}

const test = base.extend<{ desk: Desk }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures used from the pattern.
  desk: async ({}, use) => {
    const desk = new Desk()
    await desk.service.start()
    await use(desk)
    await desk.service.stop()
    expect(desk.clock.waiting).toBe(0)
  },
})

describe('suppressed by design', () => {
  test('what is raised together with its cause calls nobody; webhooks hear of it', async ({
    desk,
  }) => {
    await desk.service.apply([raised({ deviceId: HUB, grade: 3 }), raised({ grade: 3 })])
    expect(desk.of(DEVICE)?.suppressedBy).toBe(desk.of(HUB)?.id)
    expect(desk.sms).toEqual(['alarm.raised'])
    expect(await desk.story(desk.of(DEVICE)?.id ?? '')).toEqual(['raised 0', 'suppressed 0'])
    expect(desk.store.outbox.size).toBe(3)
  })

  test('a fire is never suppressed', async ({ desk }) => {
    await desk.service.apply([raised({ deviceId: HUB }), raised({ rule: FIRE, grade: 2 })])
    const fire = desk.of(DEVICE)
    expect(fire?.suppressedBy).toBeNull()
    const suppressed = await desk.service.suppress(fire === null ? [] : [fire.id], {
      by: 'x' as AlarmId,
      note: 'concentrator down',
    })
    expect(suppressed).toEqual([])
    expect(desk.sms).toHaveLength(2)
  })

  test('what stood before its cause is suppressed later, and told again when it is let go', async ({
    desk,
  }) => {
    await desk.service.apply([raised()])
    const id = desk.of(DEVICE)?.id as AlarmId
    await desk.verbs.acknowledge(id, { actor: 'li.wei' })
    const cause = { by: 'alm_hub' as AlarmId, note: 'concentrator down' }
    expect(await desk.service.suppress([id, 'gone' as AlarmId], cause)).toHaveLength(1)
    expect(desk.service.alarm(id)).toMatchObject({ suppressedBy: 'alm_hub', state: 'acknowledged' })
    expect(await desk.service.suppress([id], cause)).toEqual([])
    await desk.restart()
    await desk.service.release([id], { note: 'concentrator back' })
    expect(desk.service.alarm(id)).toMatchObject({ suppressedBy: null, state: 'unacknowledged' })
    expect(desk.sms).toEqual(['alarm.raised', 'alarm.raised'])
  })

  test('what came and went while suppressed leaves nothing to acknowledge', async ({ desk }) => {
    await desk.service.apply([raised({ deviceId: HUB }), raised(), returned()])
    expect(desk.of(DEVICE)).toBeNull()
  })
})

describe('out of service', () => {
  const WINDOW = { id: 'win-1', untilMs: START_MS + HOUR_MS }

  test('an alarm of a device that is worked on calls nobody until the window is over', async ({
    desk,
  }) => {
    desk.windows = { windowOf: ({ deviceId }) => (deviceId === DEVICE ? WINDOW : null) }
    await desk.service.apply([raised({ rule: FIRE, grade: 2 })])
    const id = desk.of(DEVICE)?.id ?? ''
    expect(desk.service.alarm(id)?.outOfServiceBy).toBe('win-1')
    expect(desk.sms).toEqual([])
    await desk.clock.advanceBy(HOUR_MS)
    expect(desk.service.alarm(id)).toMatchObject({ outOfServiceBy: null, state: 'unacknowledged' })
    expect(desk.sms).toEqual(['alarm.raised'])
  })

  test('the end of shelf and window have their own instants, also after a restart', async ({
    desk,
  }) => {
    desk.windows = { windowOf: () => WINDOW }
    await desk.service.apply([raised()])
    const id = desk.of(DEVICE)?.id ?? ''
    await desk.verbs.shelve(id, { actor: 'li.wei', note: 'known', durationMs: HOUR_MS / 2 })
    await desk.service.stop()
    await desk.clock.advanceBy(2 * HOUR_MS)
    await desk.restart()
    await desk.clock.advanceBy(1)
    expect(await desk.story(id)).toEqual([
      'raised 0',
      'removed-from-service 0',
      'shelved 0',
      `unshelved ${HOUR_MS / 2}`,
      `returned-to-service ${HOUR_MS}`,
    ])
    // Only the last overlay that is left calls people.
    expect(desk.sms).toEqual(['alarm.raised'])
  })
})
