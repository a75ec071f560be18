import { type District, GAS_RULE, PASSWORD } from '../http-server.suite.ts'
import { type Area, district, made, open, placing, thing, view } from './row.suite.ts'

async function draftOf(place: District, body: object): Promise<string> {
  return String((await made(place, '/api/v1/rule-drafts', body)).id)
}

/** A change that loosens a safety rule, so that it waits for a second person. */
async function proposalOf(place: District, ruleId: string): Promise<string> {
  const definition = { ...GAS_RULE, id: ruleId, deviceIds: [`gas-${ruleId.at(-1)}`] }
  const loosened = { ...definition, shelvable: true }
  const id = await draftOf(place, { ruleId, definition: loosened, reason: 'as asked' })
  await made(place, `/api/v1/rule-drafts/${id}/activate`)
  return id
}

/** A job of the town's own administrator: jobs are seen by whoever began them. */
function backTestOf({ services, accounts }: District, town: string): string {
  const request = {
    rule: GAS_RULE,
    active: null,
    deviceIds: [`gas-${town}`],
    fromMs: 0,
    toMs: 1,
  }
  const owner = accounts.userByName(`admin-${town}`)?.id ?? ''
  return services.backTests.begin(request, owner).id
}

/** Changes of calendars of the town's own that take supervision from a rule of the town, by a colleague of the administrator. */
async function calendarProposalsOf(place: District, town: string) {
  const planner = {
    username: 'planner',
    displayName: 'planner',
    password: PASSWORD,
    role: 'supervisor',
    organizationId: null,
    language: 'zh',
  } as const
  if (place.accounts.userByName('planner') === null) await place.accounts.createUser(planner)
  const caller = await place.as('planner')
  const spans = [{ days: ['workday'], from: '08:00', to: '18:00' }]
  await made(place, '/api/v1/rules', {
    ...GAS_RULE,
    id: `watch-${town}`,
    deviceIds: [`gas-${town}`],
    shelvable: false,
    schedule: { calendar: `town${town}`, spans },
  })
  const propose = async (year: number) => {
    const name = { zh: '停工', en: 'Shutdown' }
    const answer = await caller('PUT', `/api/v1/calendars/town${town}-${year}`, {
      source: { title: 'a notice', confidence: 'A' },
      holidays: [{ name, from: `${year}-03-04`, to: `${year}-03-08` }],
      workdays: [],
      version: 0,
      reason: 'as asked',
    })
    return String(answer.json().id)
  }
  return {
    calendarWaiting: await propose(2029),
    calendarAgreed: await propose(2030),
    calendarRefused: await propose(2031),
    calendarWithdrawn: await propose(2032),
  }
}

export const RULES: Area = {
  furnish: async (place, town) => {
    const own = { ...GAS_RULE, deviceIds: [`gas-${town}`] }
    await made(place, '/api/v1/rules', { ...own, id: `rule-${town}` })
    for (const name of ['agreed', 'refused']) {
      await made(place, '/api/v1/rules', { ...own, id: `${name}-${town}`, shelvable: false })
    }
    return {
      rule: `rule-${town}`,
      draft: await draftOf(place, { ruleId: `rule-${town}` }),
      changed: await draftOf(place, { ruleId: `rule-${town}` }),
      withdrawn: await draftOf(place, { ruleId: `rule-${town}` }),
      agreed: await proposalOf(place, `agreed-${town}`),
      refused: await proposalOf(place, `refused-${town}`),
      backTest: backTestOf(place, town),
      calendarYear: 'cn-2030',
      ...(await calendarProposalsOf(place, town)),
    }
  },
  rows: {
    'GET /api/v1/rules': view(),
    'POST /api/v1/rules': placing(({ device }) => ({
      ...GAS_RULE,
      id: 'placed',
      deviceIds: [device],
    })),
    'GET /api/v1/rules/{id}': thing('rule'),
    'PATCH /api/v1/rules/{id}': thing('rule', { body: { onDelayMs: 1_000 } }),
    'DELETE /api/v1/rules/{id}': thing('rule'),
    'GET /api/v1/rules/{id}/versions': thing('rule'),
    'POST /api/v1/rules/{id}/roll-back': thing('rule', { body: { version: 1 } }),
    'POST /api/v1/rules/check': view({
      body: ({ rule }: Readonly<Record<string, string>>) => ({
        ruleId: rule,
        definition: { ...GAS_RULE, id: rule },
      }),
    }),
    'GET /api/v1/rule-quality': view({ mayBeEmpty: 'no case was closed' }),
    'GET /api/v1/rules-file': view(),
    'POST /api/v1/rules-file': view({
      body: ({ rule, device }: Readonly<Record<string, string>>) => ({
        yaml: JSON.stringify({ rules: [{ ...GAS_RULE, id: rule, deviceIds: [device] }] }),
      }),
      mayBeEmpty: 'tells only of what the file has',
    }),
    'POST /api/v1/rules/try': open('looks at nothing but what is given', {
      rule: GAS_RULE,
      readings: [{ at: '2026-01-01T00:00:00Z', value: 30 }],
    }),
    'POST /api/v1/rules/back-test': placing(({ device }) => ({
      rule: GAS_RULE,
      deviceIds: [device],
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-02T00:00:00Z',
    })),
    'GET /api/v1/back-tests/{id}': thing('backTest'),
    'DELETE /api/v1/back-tests/{id}': thing('backTest'),
    'GET /api/v1/calendars': view({ mayBeEmpty: 'no rule of the town looks at a calendar' }),
    'GET /api/v1/calendars/{id}': open('holidays are the same for everybody'),
    'GET /api/v1/calendars/{id}/file': open('holidays are the same for everybody'),
    'POST /api/v1/calendars/check': open('looks at nothing but what is given', { yaml: '' }),
    'PUT /api/v1/calendars/{id}': district({
      params: { id: 'calendarYear' },
      body: {
        version: 0,
        source: { title: 'a notice', confidence: 'A' },
        holidays: [],
        workdays: [],
      },
    }),
    'DELETE /api/v1/calendars/{id}': district({ params: { id: 'calendarYear' } }),
    'GET /api/v1/calendar-proposals': view(),
    'GET /api/v1/calendar-proposals/{id}': thing('calendarWaiting'),
    'POST /api/v1/calendar-proposals/{id}/approve': district({
      params: { id: 'calendarAgreed' },
      body: {},
    }),
    'POST /api/v1/calendar-proposals/{id}/reject': district({
      params: { id: 'calendarRefused' },
      body: { note: 'no' },
    }),
    'POST /api/v1/calendar-proposals/{id}/withdraw': district({
      params: { id: 'calendarWithdrawn' },
      body: {},
    }),
    'GET /api/v1/rule-templates': open('the shipped rules are the same for everybody'),
    'GET /api/v1/rule-drafts': view(),
    'POST /api/v1/rule-drafts': placing(({ rule }) => ({ ruleId: rule })),
    'GET /api/v1/rule-drafts/{id}': thing('draft'),
    'PATCH /api/v1/rule-drafts/{id}': thing('changed', { body: { revision: 1, reason: 'why' } }),
    'POST /api/v1/rule-drafts/{id}/look-back': thing('changed'),
    'GET /api/v1/rule-drafts/{id}/look-back': thing('changed'),
    'DELETE /api/v1/rule-drafts/{id}/look-back': thing('changed'),
    'POST /api/v1/rule-drafts/{id}/activate': thing('draft'),
    'POST /api/v1/rule-drafts/{id}/approve': thing('agreed', { body: {} }),
    'POST /api/v1/rule-drafts/{id}/reject': thing('refused', { body: { note: 'no' } }),
    'POST /api/v1/rule-drafts/{id}/withdraw': thing('withdrawn', { body: {} }),
  },
}
