import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmDetail, AlarmDto, ServiceWindowDto } from '#gateway/contract.ts'
import { type ApiClient, ApiProblem, type Page } from '../api-client.ts'
import { ADMIN_PASSWORD, startGateway, type TestGateway } from './app-harness.ts'

/**
 * The life of one alarm through real sockets. Two gateways get the same story; one is killed in the
 * middle of a shelving, a window and a case with running limits, the other is not: afterwards both
 * tell the same. Limits are seconds here, so that they run out while somebody watches; all that is begun must be
 * begun before the first of them ends, also on a busy machine.
 */
const SHELVED_MS = 10_000
const WINDOW_MS = 11_000
const CLI = fileURLToPath(new URL('../../gateway/cli/main.ts', import.meta.url))
const LIMITS =
  '{ acknowledge: 9, dispatch: 600, arrive: 600, dispose: 600, review: 600, close: 600 }'

const folder = mkdtempSync(join(tmpdir(), 'vigil-life-'))

class Twin {
  readonly gateway: TestGateway
  admin: ApiClient
  readonly ids: Record<'shelved' | 'worked-on' | 'late', string> = {
    shelved: '',
    'worked-on': '',
    late: '',
  }
  window = ''

  private constructor(gateway: TestGateway, admin: ApiClient) {
    this.gateway = gateway
    this.admin = admin
  }

  static async start(): Promise<Twin> {
    const gateway = await startGateway({
      settings: { VIGIL_CONFIG: join(folder, 'settings.yaml') },
    })
    return new Twin(gateway, await gateway.logIn('admin', ADMIN_PASSWORD))
  }

  /** Three alarms; one is shelved, one is worked on, and nobody looks at the third. */
  async begin(): Promise<void> {
    const { site } = await this.gateway.addSite()
    const add = async (id: string, profileId: string) =>
      await this.gateway.addDevice({ id, profileId, siteId: site.id })
    await add('smoke-1', 'smoke')
    await add('gas-1', 'gas-combustible')
    await add('gas-2', 'gas-combustible')
    await this.send('smoke-1', { tamper: true })
    await this.send('gas-1', { lel: 30 })
    await this.send('gas-2', { lel: 30 })
    this.ids.shelved = await this.alarmOf('smoke-1')
    this.ids['worked-on'] = await this.alarmOf('gas-1')
    this.ids.late = await this.alarmOf('gas-2')
    await this.admin.post(`/alarms/${this.ids['worked-on']}/acknowledge`)
    await this.admin.post(`/alarms/${this.ids.shelved}/shelve`, {
      note: '已知',
      durationMs: SHELVED_MS,
    })
    const window = await this.admin.post<ServiceWindowDto>('/service-windows', {
      kind: 'calibration',
      scope: { kind: 'device', deviceId: 'gas-1', point: null },
      reason: '标定',
      permitNumber: 'JX-1',
      until: new Date(Date.now() + WINDOW_MS).toISOString(),
    })
    this.window = window.id
    await this.send('gas-1', { lel: 60 })
  }

  async send(deviceId: string, values: object): Promise<void> {
    await this.gateway.api.post(`/devices/${deviceId}/readings`, { values })
  }

  async alarmOf(deviceId: string): Promise<string> {
    let id = ''
    await expect
      .poll(async () => {
        const { items } = await this.admin.get<Page<AlarmDto>>(`/alarms?deviceId=${deviceId}`)
        id = items[0]?.id ?? ''
        return id
      })
      .not.toBe('')
    return id
  }

  async detail(name: keyof Twin['ids']): Promise<AlarmDetail> {
    return await this.admin.get<AlarmDetail>(`/alarms/${this.ids[name]}`)
  }

  async killAndStart(): Promise<void> {
    await this.gateway.kill()
    this.gateway.start()
    await this.gateway.ready()
  }

  /** What every time line tells, without the instants. */
  async story() {
    const lines = await Promise.all(
      (['shelved', 'worked-on', 'late'] as const).map(async (name) => {
        const { timeline, state, grade, caseFile } = await this.detail(name)
        const told = timeline.map(({ kind, actor, state: after }) => `${kind} ${actor} ${after}`)
        return { name, told, state, grade, awaits: caseFile?.awaits ?? null }
      }),
    )
    const { items } = await this.admin.get<Page<ServiceWindowDto>>('/service-windows')
    const readings = await this.gateway.readings('gas-1', 'lel')
    return {
      lines,
      window: items.map(({ state }) => state),
      qualities: readings.map(({ value, quality }) => `${value} ${quality}`),
    }
  }
}

function vigil(...words: string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...words], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr })
    })
  })
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'done'
  } catch (error) {
    return error instanceof ApiProblem ? `${error.status} ${error.code}` : String(error)
  }
}

describe('the life of an alarm', () => {
  let killed: Twin
  let spared: Twin

  beforeAll(async () => {
    writeFileSync(
      join(folder, 'settings.yaml'),
      `cases:\n  limitsSeconds:\n    yellow: ${LIMITS}\n`,
    )
    ;[killed, spared] = await Promise.all([Twin.start(), Twin.start()])
  })
  afterAll(async () => {
    await Promise.all([killed?.gateway.close(), spared?.gateway.close()])
    rmSync(folder, { recursive: true, force: true })
  })

  test('kill -9 amid a shelving, a window and a running limit: as if nothing had happened', async () => {
    await Promise.all([killed.begin(), spared.begin()])
    const before = await killed.detail('shelved')
    const working = await killed.detail('worked-on')
    const waiting = await killed.detail('late')
    await killed.killAndStart()
    await killed.killAndStart()
    for (const twin of [killed, spared]) {
      await expect
        .poll(async () => (await twin.detail('shelved')).timeline.at(-1)?.kind)
        .toBe('unshelved')
      await expect
        .poll(async () => (await twin.detail('worked-on')).timeline.at(-1)?.kind)
        .toBe('returned-to-service')
      await expect
        .poll(async () => (await twin.detail('late')).timeline.at(-1)?.kind)
        .toBe('case-overdue')
    }
    expect(await killed.story()).toEqual(await spared.story())
    // Each ended at the very instant it was due at, whoever was dead then.
    const at = async (name: keyof Twin['ids'], kind: string) =>
      (await killed.detail(name)).timeline.find((entry) => entry.kind === kind)?.at
    expect(await at('shelved', 'unshelved')).toBe(before.shelvedUntil)
    expect(await at('worked-on', 'returned-to-service')).toBe(working.outOfServiceUntil)
    expect(await at('late', 'case-overdue')).toBe(waiting.caseFile?.dueAt)
    const story = await killed.story()
    expect(story.window).toEqual(['overdue'])
    expect(story.qualities).toEqual(['30 good', '60 calibrating'])
    expect(story.lines.map(({ state }) => state)).toEqual(Array(3).fill('unacknowledged'))
  })

  test('the closed loop, in its order, by several people, and every wrong turn refused in words', async () => {
    const { admin, ids } = spared
    const verb = (name: string, body: object = {}) =>
      admin.post(`/alarms/${ids.late}/${name}`, body)
    expect(await codeOf(verb('arrive'))).toBe('409 alarm_not_acknowledged')
    const both = [codeOf(verb('acknowledge')), codeOf(verb('acknowledge'))]
    expect((await Promise.all(both)).sort()).toEqual(['409 alarm_already_acknowledged', 'done'])
    expect(await codeOf(verb('reset'))).toBe('409 alarm_condition_present')
    expect(await codeOf(verb('close', { note: ' ' }))).toBe('400 invalid_request')
    expect(await codeOf(verb('comments', { note: 'x'.repeat(100_000) }))).toBe(
      '400 invalid_request',
    )
    expect(await codeOf(verb('shelve', { note: 'x', durationMs: 1e9 }))).toBe('400 invalid_request')
    expect(await codeOf(verb('shelve', { note: 'x', durationMs: 60_000 }))).toBe(
      '409 shelve_not_allowed',
    )
    await verb('comments', { note: '<script>alert(1)</script>' })
    await admin.post('/users', {
      username: 'wang',
      displayName: '王',
      password: ADMIN_PASSWORD,
      role: 'operator',
      organizationId: null,
      language: 'zh',
    })
    await verb('assign', { username: 'wang' })
    const rectified = { disposition: 'rectified', note: '更换接头' }
    expect(await codeOf(verb('dispose', rectified))).toBe('409 case_not_on_site')
    expect(await codeOf(verb('dispose', { disposition: 'false-alarm', note: 'x' }))).toBe(
      '422 false_alarm_code_required',
    )
    const wang = await spared.gateway.logIn('wang', ADMIN_PASSWORD)
    await wang.post(`/alarms/${ids.late}/arrive`)
    await wang.post(`/alarms/${ids.late}/dispose`, rectified)
    expect(await codeOf(verb('close-case', { note: '完' }))).toBe('409 case_not_reviewed')
    await verb('review')
    expect(await codeOf(verb('close-case', { note: '完' }))).toBe('409 alarm_condition_present')
    await spared.send('gas-2', { lel: 1 })
    await expect
      .poll(async () => (await spared.detail('late')).state, { timeout: 30_000 })
      .toBe('latched-acknowledged')
    // The person has left meanwhile; what they did stays under their name.
    const { items } = await admin.get<Page<{ id: string; username: string }>>('/users')
    await admin.delete(`/users/${items.find(({ username }) => username === 'wang')?.id}`)
    await verb('close-case', { note: '恢复正常' })
    const closed = await spared.detail('late')
    expect(closed).toMatchObject({
      state: 'normal',
      assignee: 'wang',
      caseFile: { awaits: null, disposition: 'rectified', disposedBy: 'wang' },
    })
    expect(await codeOf(verb('comments', { note: 'x' }))).toBe('409 alarm_closed')
  })

  test('a device that is taken away ends its alarm in words, and nothing else', async () => {
    await spared.admin.delete('/devices/gas-1')
    await expect
      .poll(async () => (await spared.detail('worked-on')).state)
      .toBe('latched-unacknowledged')
    const { timeline } = await spared.detail('worked-on')
    expect(timeline.at(-1)).toMatchObject({ kind: 'returned', note: expect.any(String) })
  })

  test('vigil verify proves the time lines while the gateway runs, and finds an edited row', async () => {
    const data = killed.gateway.dataFolder
    const proof = await vigil('verify', '--data', data)
    expect(proof).toMatchObject({
      code: 0,
      out: expect.stringContaining('are as they were written'),
    })
    await killed.gateway.stop()
    const database = new DatabaseSync(join(data, 'vigil.db'))
    const note = "UPDATE alarm_timeline SET note = '没有搁置过' WHERE kind = 'shelved'"
    database.exec(note)
    const { position } = database
      .prepare("SELECT position FROM alarm_timeline WHERE kind = 'shelved'")
      .get() as { readonly position: number }
    database.close()
    const broken = await vigil('verify', '--data', data)
    expect(broken.code).toBe(1)
    expect(broken.out).toContain(`BROKEN at position ${position}, alarm ${killed.ids.shelved}`)
  })
})
