import { describe, expect } from 'vitest'
import type { DeviceId } from '#alerting/reading.ts'
import { MARK } from '#alerting/reading.ts'
import { HTTP_LIMITS, PAYLOAD_LIMITS } from '#config/limits.ts'
import { type District, START_MS, test } from './http-server.suite.ts'

/** One reading a second on gas-a, values 0, 1, 2 … */
async function fill(district: District, count: number): Promise<void> {
  const readings = Array.from({ length: count }, (_, second) => ({
    deviceId: 'gas-a' as DeviceId,
    point: 'lel',
    observedAtMs: START_MS - (count - second) * 1_000,
    arrivedAtMs: START_MS,
    value: second,
    quality: 'good' as const,
    marks: second === 0 ? MARK.late : MARK.none,
  }))
  await district.timeSeries.write([{ offset: 1, readings }])
}

describe('stored readings', () => {
  const url = '/api/v1/devices/gas-a/readings'

  test('are read raw, from either end, and cut at the limit', async ({ district }) => {
    await fill(district, 120)
    const call = await district.as('viewer-a')
    const read = async (query: string) => (await call('GET', `${url}?point=lel&${query}`)).json()
    const all = await read('')
    expect(all).toMatchObject({ deviceId: 'gas-a', point: 'lel', unit: '%LEL', truncated: false })
    expect(all.items).toHaveLength(120)
    expect(all.items[0]).toEqual({
      ts: START_MS - 120_000,
      arrivedAt: START_MS,
      value: 0,
      quality: 'good',
      late: true,
      clockSkewed: false,
    })
    const oldest = await read('limit=2')
    expect(oldest.items.map((item: { value: number }) => item.value)).toEqual([0, 1])
    expect(oldest.truncated).toBe(true)
    const newest = await read('limit=2&order=desc')
    expect(newest.items.map((item: { value: number }) => item.value)).toEqual([119, 118])
    const iso = new Date(START_MS - 60_000).toISOString()
    expect((await read(`from=${iso}`)).items).toHaveLength(60)
    expect((await read(`from=${START_MS - 60_000}&to=${START_MS - 59_000}`)).items).toHaveLength(1)
  })

  test('are read in buckets', async ({ district }) => {
    await fill(district, 120)
    const call = await district.as('viewer-a')
    const read = async (query: string) => (await call('GET', `${url}?point=lel&${query}`)).json()
    const minutes = await read('every=1m&fn=max')
    expect(minutes.items).toEqual([
      { ts: START_MS - 120_000, value: 59, count: 60 },
      { ts: START_MS - 60_000, value: 119, count: 60 },
    ])
    expect((await read('every=30s')).items).toHaveLength(4)
    const cut = await read(`every=1ms&from=${START_MS - 120_000}&to=${START_MS}`)
    expect(cut.truncated).toBe(true)
    expect(cut.items).toHaveLength(HTTP_LIMITS.bucketsPerAnswerMax / 1_000)
  })

  test.for([
    ['', 'point'],
    ['point=lel&from=yesterday', 'from'],
    [`point=lel&from=${START_MS}&to=${START_MS}`, 'from'],
    ['point=lel&every=0s', 'every'],
    ['point=lel&every=1week', 'every'],
    ['point=lel&every=1m&fn=median', 'fn'],
    ['point=lel&limit=20001', 'limit'],
    ['point=lel&order=up', 'order'],
  ] as const)('%s is refused at %s', async ([query, path], { shared }) => {
    const call = await shared.as('viewer-a')
    const answer = await call('GET', `${url}?${query}`)
    expect(answer.json()).toMatchObject({ code: 'invalid_request', issues: [{ path }] })
  })

  test('the newest of several devices come in one call', async ({ district }) => {
    await fill(district, 3)
    const call = await district.as('viewer-a')
    const latest = await call('GET', '/api/v1/readings/latest?deviceIds=gas-a,gas-b,none,gas-a')
    expect(latest.json().items).toEqual([
      { deviceId: 'gas-a', point: 'lel', ts: START_MS - 1_000, value: 2, quality: 'good' },
    ])
    expect((await call('GET', '/api/v1/devices/gas-a/latest')).json()).toEqual(latest.json())
    const ids = Array.from({ length: HTTP_LIMITS.latestDevicesMax + 1 }, (_, i) => `d${i}`)
    for (const wrong of ['', 'deviceIds=', `deviceIds=${ids}`, 'deviceIds=../x']) {
      expect((await call('GET', `/api/v1/readings/latest?${wrong}`)).statusCode).toBe(400)
    }
  })
})

describe('readings sent over HTTP', () => {
  const url = '/api/v1/devices/gas-a/readings'
  const json = { 'content-type': 'application/json' }

  test('are on disk when 202 is answered, and a repeat is one', async ({ district }) => {
    const token = await district.services.credentials.rotate('gas-a')
    const device = district.with({ authorization: `Bearer ${token}` })
    const sample = { ts: START_MS, values: { lel: 3.5 } }
    const first = await device('POST', url, sample)
    expect([first.statusCode, first.json()]).toEqual([
      202,
      { accepted: 1, duplicates: 0, rejected: [] },
    ])
    const again = await device('POST', url, [sample, { ts: START_MS + 1, values: { lel: 4 } }])
    expect(again.json()).toMatchObject({ accepted: 1, duplicates: 1 })
    const partly = await device('POST', url, { lel: 5, bogus: 1 })
    expect(partly.json()).toMatchObject({
      accepted: 1,
      rejected: [{ reason: 'unknown_point', point: 'bogus', count: 1 }],
    })
    const stored = (await district.journal.tail()).flatMap((batch) => batch.readings)
    expect(stored.map((reading) => reading.value)).toEqual([3.5, 4, 5])
  })

  test('are taken from the device itself, and from who may ingest, and from nobody else', async ({
    district,
  }) => {
    const own = await district.services.credentials.rotate('gas-a')
    const other = await district.services.credentials.rotate('gas-b')
    const admin = await district.as('admin')
    const tokenWith = async (scopes: string[]) =>
      (await admin('POST', '/api/v1/tokens', { name: 'x', scopes })).json().token
    const answers = []
    for (const token of [
      own,
      other,
      'A'.repeat(43),
      await tokenWith(['ingest']),
      await tokenWith(['read']),
    ]) {
      const answer = await district.with({ authorization: `Bearer ${token}` })('POST', url, {
        lel: answers.length,
      })
      answers.push(answer.statusCode)
    }
    expect(answers).toEqual([202, 403, 401, 202, 403])
    const device = district.with({ authorization: `Bearer ${own}` })
    expect((await device('GET', url)).statusCode).toBe(401)
    expect((await device('GET', '/api/v1/devices')).statusCode).toBe(401)
    await district.services.credentials.revoke('gas-a')
    expect((await device('POST', url, { lel: 1 })).statusCode).toBe(401)
  })

  test.for([
    // body | status, code, reason
    ['{', 422, 'readings_rejected', 'malformed_json'],
    ['', 422, 'readings_rejected', 'payload_empty'],
    ['{"values":{"lel":NaN}}', 422, 'readings_rejected', 'value_not_finite'],
    ['{"values":{"lel":1e999}}', 422, 'readings_rejected', 'value_not_finite'],
    ['{"values":{"bogus":1}}', 422, 'readings_rejected', 'unknown_point'],
    ['['.repeat(1_000), 422, 'readings_rejected', ''],
    ['{"values":{"__proto__":{"x":1}}}', 422, 'readings_rejected', ''],
    [`"${'x'.repeat(PAYLOAD_LIMITS.payloadBytesMax)}"`, 413, 'body_too_large', ''],
  ] as const)(
    '%j is answered as it should be',
    async ([payload, status, code, reason], { shared }) => {
      const admin = await shared.sessionOf('admin')
      const answer = await shared.app.inject({
        method: 'POST',
        url,
        headers: { ...json, cookie: `vigil_session=${admin}` },
        payload,
      })
      expect([answer.statusCode, answer.json().code]).toEqual([status, code])
      expect(answer.json().issues?.[0].message ?? '').toContain(reason)
      expect(({} as Record<string, unknown>).x).toBeUndefined()
    },
  )
})
