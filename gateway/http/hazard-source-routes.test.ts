import { describe, expect } from 'vitest'
import { type Caller, test } from './http-server.suite.ts'

const SOURCES = '/api/v1/hazard-sources'

/** 12 t of ammonia in one dike, nobody near: S 1.2, R 1.2, level 4. */
function ammoniaFarm(name = '液氨罐区') {
  return {
    name,
    kind: 'tank-farm',
    siteId: 'site-a',
    units: [
      {
        id: 'unit-1',
        name: '一号围堰',
        boundary: 'dike',
        substances: [
          {
            id: 'nh3',
            name: '液氨',
            cas: '7664-41-7',
            row: 1,
            quantity: { value: '12', unit: 't' },
          },
        ],
      },
    ],
    surroundings: { exposedPopulation: 0, countedOn: '2026-03-01' },
  }
}

async function begin(caller: Caller, draft: object = ammoniaFarm()) {
  const answer = await caller('POST', SOURCES, { organizationId: 'enterprise-a', draft })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}

describe('the register of hazard sources', () => {
  test('shows a source with its units, design maximum and figures', async ({ district }) => {
    const admin = await district.as('admin-a')
    const { id } = await begin(admin)
    const listed = await admin('GET', `${SOURCES}?text=7664-41-7`)
    expect(listed.json().items).toMatchObject([
      {
        id,
        name: '液氨罐区',
        organizationId: 'enterprise-a',
        siteId: 'site-a',
        units: [{ id: 'unit-1', s: '1.2', substances: [{ designMaximum: '12', beta: '2' }] }],
        exposedPopulation: { people: 0, countedOn: '2026-03-01' },
        registered: { basis: 'draft', s: '1.2', r: '1.2', alpha: '0.5', hazardLevel: 4 },
        filing: { state: 'draft', inForceVersion: null },
      },
    ])
  })

  test('keeps a draft as it was typed, and tells what is impossible in it', async ({
    district,
  }) => {
    const admin = await district.as('admin-a')
    const draft = ammoniaFarm()
    const [unit] = draft.units
    const typed = {
      ...draft,
      units: [
        { ...unit, substances: [{ id: 'x', name: '某物', quantity: { value: '-3', unit: 'kg' } }] },
      ],
      surroundings: { exposedPopulation: null },
    }
    const source = await begin(admin, typed)
    expect(source.draft.units[0].substances[0].quantity).toMatchObject({ value: '-3', unit: 'kg' })
    expect(source.assessment).toMatchObject({ s: null, hazardLevel: null })
    expect(source.assessment.issues.map(({ code }: { code: string }) => code)).toEqual([
      'population_missing',
      'quantity_not_positive',
      'category_missing',
    ])
  })

  test('saves a change only onto what it was made from', async ({ district }) => {
    const admin = await district.as('admin-a')
    const { id } = await begin(admin)
    const first = await admin('PATCH', `${SOURCES}/${id}`, {
      revision: 1,
      draft: ammoniaFarm('甲'),
    })
    const second = await admin('PATCH', `${SOURCES}/${id}`, {
      revision: 1,
      draft: ammoniaFarm('乙'),
    })
    expect(first.statusCode).toBe(200)
    expect(second.json()).toMatchObject({ status: 409, code: 'draft_changed' })
    expect((await admin('GET', `${SOURCES}/${id}`)).json()).toMatchObject({
      name: '甲',
      revision: 2,
    })
  })

  test('pages without repeats, gravest first', async ({ district }) => {
    const admin = await district.as('admin-a')
    const names = ['丙', '甲', '乙']
    for (const name of names) await begin(admin, ammoniaFarm(name))
    await begin(admin, { name: '空' })
    const seen: string[] = []
    let cursor = ''
    do {
      const answer = await admin('GET', `${SOURCES}?limit=2${cursor}`)
      seen.push(...answer.json().items.map((item: { name: string }) => item.name))
      const { nextCursor } = answer.json()
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`
    } while (cursor !== '')
    expect(seen).toEqual([...names].sort().concat('空'))
  })

  test('holds a site that is not the firm’s against the draft', async ({ district }) => {
    const admin = await district.as('admin')
    const answer = await admin('POST', SOURCES, {
      organizationId: 'enterprise-a',
      draft: { siteId: 'site-b' },
    })
    expect(answer.json()).toMatchObject({ status: 422, code: 'site_unknown' })
  })
})
