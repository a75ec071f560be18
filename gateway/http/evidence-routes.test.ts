import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { parseDeviceId } from '#alerting/reading.ts'
import { EVIDENCE_LIMITS, PHOTO_LIMITS } from '#config/limits.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { type District, test } from './http-server.suite.ts'

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('a picture')])
const DEVICE = parseDeviceId('gas-a')

/** Readings each minute from ten before to twelve after the beginning. */
async function readings(district: District, raisedAtMs: number): Promise<void> {
  if (DEVICE === null) throw new Error('gas-a is a device id')
  const minutes = Array.from({ length: 23 }, (_, index) => index - 10)
  await district.timeSeries.write([
    {
      offset: district.timeSeries.nextOffset(),
      readings: minutes.map((minute) => ({
        deviceId: DEVICE,
        point: 'lel',
        observedAtMs: raisedAtMs + minute * 60_000,
        arrivedAtMs: raisedAtMs + minute * 60_000,
        value: 20 + minute,
        quality: 'good' as const,
        marks: 0,
      })),
    },
  ])
}

describe('evidence', () => {
  test('is frozen at once, completed after ten minutes, proven by the time line, printed in Chinese', async ({
    district,
  }) => {
    const id = await district.raise('a')
    const raisedAtMs = district.clock.nowMs()
    await readings(district, raisedAtMs)
    const operator = await district.as('operator-a')
    const evidence = () => operator('GET', `/api/v1/alarms/${id}/evidence`)
    await expect.poll(async () => (await evidence()).statusCode).toBe(200)
    await operator('POST', `/api/v1/alarms/${id}/photos?name=valve.jpg`, JPEG)
    await district.clock.advanceBy(EVIDENCE_LIMITS.afterMs + EVIDENCE_LIMITS.graceMs)
    await expect.poll(async () => (await evidence()).json().isComplete).toBe(true)

    const answer = await evidence()
    const document = answer.json()
    expect(document.points[0]).toMatchObject({ point: 'lel', unit: '%LEL', isCut: false })
    expect(document.points[0].readings).toHaveLength(21)
    expect(document).toMatchObject({
      alarm: { id },
      device: { id: 'gas-a', status: 'never-seen' },
      rule: { version: 1, inForce: true, condition: { kind: 'limit' } },
    })
    const sha256 = createHash('sha256').update(answer.rawPayload).digest('hex')
    const detail = (await operator('GET', `/api/v1/alarms/${id}`)).json()
    const frozen = detail.timeline.find(({ kind }: { kind: string }) => kind === 'evidence-frozen')
    expect(frozen.note).toBe(`SHA-256 ${sha256}`)
    expect(answer.headers['x-evidence-sha256']).toBe(sha256)

    const pdf = await operator('GET', `/api/v1/alarms/${id}/evidence?format=pdf`)
    expect([pdf.statusCode, pdf.headers['content-type']]).toEqual([200, 'application/pdf'])
    if (lacks('pdftotext')) return
    const file = join(district.folder, 'evidence.pdf')
    writeFileSync(file, pdf.rawPayload)
    const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' })
    expect(text).toContain('报警证据')
    expect(text).toContain(sha256)
  })
})

describe('photos', () => {
  test('are told by their bytes, kept, and served to nobody else', async ({ district }) => {
    const id = await district.raise('a')
    const operator = await district.as('operator-a')
    const path = `/api/v1/alarms/${id}/photos`
    const added = await operator('POST', `${path}?name=valve.jpg`, JPEG)
    expect([added.statusCode, added.json().mediaType]).toEqual([201, 'image/jpeg'])
    const photo = await operator('GET', `${path}/${added.json().id}`)
    expect(photo.rawPayload.equals(JPEG)).toBe(true)
    expect(photo.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
    })
    const other = await district.as('operator-b')
    expect((await other('GET', `${path}/${added.json().id}`)).statusCode).toBe(404)
    const page = Buffer.from('<html><script>alert(1)</script>')
    expect((await operator('POST', `${path}?name=x.jpg`, page)).json().code).toBe(
      'photo_type_unknown',
    )
    const large = Buffer.concat([JPEG, Buffer.alloc(20 * 1_048_576)])
    const refused = (await operator('POST', path, large)).json()
    expect(refused.code).toBe('photo_too_large')
    expect(refused.detail).toContain(`${PHOTO_LIMITS.bytesMax / 1_048_576}.0 MB`)
    expect((await operator('GET', path)).json().items).toHaveLength(1)
  })
})
