import { describe, expect } from 'vitest'
import { A_PDF, A_PNG, aDossier, anAmmonia } from '../hazards/dossier.suite.ts'
import { DEFAULT_TERMS } from '../hazards/hazard-terms.ts'
import { type Caller, type District, PASSWORD, test } from './http-server.suite.ts'

const SOURCE = '/api/v1/hazard-sources/farm'
const SIGNED = { signedName: '王建国', statementOfTruth: true }

interface People {
  readonly firm: Caller
  readonly officer: Caller
  readonly other: Caller
}

/** The firm's safety manager and two officers of the town above it. */
async function people(district: District): Promise<People> {
  const aUser = (username: string, role: 'safety-manager' | 'supervisor', organizationId: string) =>
    district.accounts.createUser({
      username,
      displayName: username,
      password: PASSWORD,
      role,
      organizationId,
      language: 'zh',
    })
  await aUser('firm', 'safety-manager', 'enterprise-a')
  await aUser('officer', 'supervisor', 'town-a')
  await aUser('other', 'supervisor', 'town-a')
  return {
    firm: await district.as('firm'),
    officer: await district.as('officer'),
    other: await district.as('other'),
  }
}

async function upload(firm: Caller, item: string, bytes = A_PDF, fileName = `${item}.pdf`) {
  return firm('POST', `${SOURCE}/documents?item=${item}&title=${item}&fileName=${fileName}`, bytes)
}

async function revisionOf(caller: Caller): Promise<number> {
  return (await caller('GET', SOURCE)).json().revision
}

async function prepare(firm: Caller, draft = aDossier()): Promise<void> {
  const body = { id: 'farm', organizationId: 'enterprise-a', draft }
  expect((await firm('POST', '/api/v1/hazard-sources', body)).statusCode).toBe(201)
  for (const item of DEFAULT_TERMS.documentsRequired) await upload(firm, item)
}

async function submit(firm: Caller) {
  return firm('POST', `${SOURCE}/submit`, { revision: await revisionOf(firm), ...SIGNED })
}

async function save(firm: Caller, draft: object) {
  return firm('PATCH', SOURCE, { revision: await revisionOf(firm), draft })
}

describe('a filing', () => {
  test('goes from draft to cancelled, with every version kept as it was', async ({ district }) => {
    const { firm, officer } = await people(district)
    await prepare(firm)
    expect((await submit(firm)).json()).toMatchObject({ filing: { state: 'submitted' } })
    const remarks = [{ item: 'plans', text: '总平面图缺比例尺' }]
    await officer('POST', `${SOURCE}/return`, { version: 1, remarks })
    expect((await firm('GET', SOURCE)).json()).toMatchObject({
      filing: { state: 'returned' },
      remarks,
    })
    await upload(firm, 'plans', A_PNG, 'plan.png')
    await submit(firm)
    const accepted = await officer('POST', `${SOURCE}/accept`, { version: 2 })
    expect(accepted.json()).toMatchObject({
      filing: { state: 'accepted', inForceVersion: 2, number: '2026-0001' },
      registered: { basis: 'in-force', s: '6', r: '14.4', hazardLevel: 3 },
    })
    expect(accepted.json().filing.dueAt).toBe('2029-03-15T00:00:00.000Z')

    const [unit] = aDossier().units
    const less = anAmmonia({ quantity: { value: '5', unit: 't' } })
    const changed = await save(
      firm,
      aDossier({ units: [{ ...unit, id: 'unit-1', substances: [less] }] }),
    )
    expect(changed.json()).toMatchObject({
      filing: { state: 'draft', inForceVersion: 2 },
      registered: { s: '6' },
      assessment: { s: '0.5' },
      reassessment: [
        { trigger: 'change', changes: ['units.substances.quantity'], answered: false },
      ],
    })
    const asked = await firm('POST', `${SOURCE}/request-cancellation`, {
      revision: await revisionOf(firm),
      ...SIGNED,
      reason: '储存量降至 5 t，不再构成重大危险源',
    })
    expect(asked.json().filing).toMatchObject({
      state: 'cancellation-submitted',
      inForceVersion: 2,
    })
    const cancelled = await officer('POST', `${SOURCE}/accept`, { version: 3 })
    expect(cancelled.json().filing).toMatchObject({ state: 'cancelled', inForceVersion: null })
    const { items } = (await firm('GET', `${SOURCE}/versions`)).json()
    expect(items.map(({ kind, outcome }: Record<string, string>) => `${kind} ${outcome}`)).toEqual([
      'cancellation accepted',
      'registration accepted',
      'registration returned',
    ])
    const diff = (await firm('GET', `${SOURCE}/diff?from=2&to=3`)).json()
    expect(diff).toMatchObject({
      before: { s: '6', hazardLevel: 3 },
      after: { s: '0.5', hazardLevel: null },
      changes: [
        {
          path: 'units.substances.quantity',
          where: ['一号围堰', '液氨'],
          before: '60 t',
          after: '5 t',
        },
      ],
    })
  })

  test('is decided once: the second officer is told who was first', async ({ district }) => {
    const { firm, officer, other } = await people(district)
    await prepare(firm)
    await submit(firm)
    const decisions = await Promise.all([
      officer('POST', `${SOURCE}/accept`, { version: 1 }),
      other('POST', `${SOURCE}/return`, { version: 1, remarks: [{ item: 'plans', text: '缺' }] }),
    ])
    const refused = decisions.find(({ statusCode }) => statusCode === 409)?.json()
    expect(decisions.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
    expect(refused).toMatchObject({ code: 'filing_decided' })
    expect(refused.detail).toMatch(/(accepted by officer|returned by other)/)
  })

  test('names everything that is missing, and submits nothing then', async ({ district }) => {
    const { firm } = await people(district)
    await firm('POST', '/api/v1/hazard-sources', { id: 'farm', organizationId: 'enterprise-a' })
    const answer = await submit(firm)
    expect(answer.json()).toMatchObject({ status: 422, code: 'filing_incomplete' })
    const paths = answer.json().issues.map(({ path }: { path: string }) => path)
    expect(paths).toEqual(expect.arrayContaining(['units', 'name', 'persons.principal', 'plans']))
    expect((await firm('GET', SOURCE)).json()).toMatchObject({ newestVersion: 0 })
  })

  test('is written by the firm and decided by the authority, never both', async ({ district }) => {
    const { firm, officer } = await people(district)
    await prepare(firm)
    expect((await save(officer, aDossier())).statusCode).toBe(403)
    await submit(firm)
    expect((await firm('POST', `${SOURCE}/accept`, { version: 1 })).statusCode).toBe(403)
    expect((await save(firm, aDossier())).json()).toMatchObject({ code: 'filing_under_review' })
    expect((await upload(firm, 'plans')).json()).toMatchObject({ code: 'filing_under_review' })
    const viewer = await district.as('viewer-a')
    expect((await viewer('GET', SOURCE)).json().may).toEqual({ draft: false, decide: false })
    expect((await officer('GET', SOURCE)).json().may).toEqual({ draft: false, decide: true })
  })
})

describe('a document', () => {
  test.for([
    ['a program called PDF', Buffer.from('MZ this is no document'), 'plan.pdf'],
    ['a picture called PDF', A_PNG, 'plan.pdf'],
    ['a PDF that is cut off', Buffer.from('%PDF-1.7 half of it'), 'plan.pdf'],
    ['nothing', Buffer.alloc(0), 'plan.pdf'],
  ] as const)(
    'is refused when it is %s, and nothing is kept',
    async ([, bytes, name], { district }) => {
      const { firm } = await people(district)
      await firm('POST', '/api/v1/hazard-sources', { id: 'farm', organizationId: 'enterprise-a' })
      const answer = await upload(firm, 'plans', bytes, name)
      expect(answer.json()).toMatchObject({ status: 422, code: 'document_refused' })
      expect((await firm('GET', `${SOURCE}/documents`)).json().items).toEqual([])
    },
  )

  test('comes back byte by byte, in versions', async ({ district }) => {
    const { firm } = await people(district)
    await firm('POST', '/api/v1/hazard-sources', { id: 'farm', organizationId: 'enterprise-a' })
    await upload(firm, 'plans')
    const second = (await upload(firm, 'plans', A_PNG, 'plan.png')).json()
    expect(second).toMatchObject({ version: 2, mediaType: 'image/png', bytes: A_PNG.length })
    const file = await firm('GET', `${SOURCE}/documents/${second.id}`)
    expect(file.rawPayload.equals(A_PNG)).toBe(true)
    expect(file.headers['content-type']).toBe('image/png')
    const listed = (await firm('GET', `${SOURCE}/documents`)).json().items
    expect(listed).toMatchObject([{ version: 2 }])
    await firm('DELETE', `${SOURCE}/documents/${second.id}`)
    expect((await firm('GET', `${SOURCE}/documents`)).json().items).toEqual([])
    expect((await firm('GET', `${SOURCE}/documents?history=all`)).json().items).toHaveLength(2)
  })
})

test('an alarm shows whom to call and what is there', async ({ district }) => {
  const { firm } = await people(district)
  await prepare(firm, aDossier({ siteId: 'site-a' }))
  const alarm = await district.raise('a')
  const { items } = (await firm('GET', `/api/v1/alarms/${alarm}/emergency`)).json()
  expect(items).toMatchObject([
    {
      sourceId: 'farm',
      hazardLevel: 3,
      emergency: { contacts: [{ phone: '022-66000000' }], supplies: [{ amount: '4 套' }] },
      substances: [{ name: '液氨', designMaximum: '60' }],
    },
  ])
})
