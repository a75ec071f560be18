import { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { calendarYearsAsked, schedulesOf } from '#alerting/rules/calendars-asked.ts'
import {
  type CalendarList,
  calendarCheck,
  calendarCheckRequest,
  calendarList,
  calendarProposal,
  calendarResetQuery,
  calendarYear,
  calendarYearId,
  calendarYearRequest,
} from '../../contract.ts'
import type { CalendarRow } from '../../registry/calendar-book.ts'
import { calendarId } from '../../registry/calendar-book.ts'
import { calendarFile, checkCalendar, checkCalendarFile } from '../../registry/calendar-files.ts'
import type { CalendarWish } from '../../registry/calendar-life.ts'
import { presentLosses, presentYear } from '../../registry/calendar-presentation.ts'
import type { Principal } from '../../registry/types.ts'
import { hasRight } from '../../rights.ts'
import { principalOf } from '../access.ts'
import { type Api, noContent } from '../api.ts'
import { calendarViewOf, shownProposal } from '../calendar-visibility.ts'
import { visibleRow } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'
import { assertSeesAll, notFound } from '../territory-check.ts'

const yearParams = z.object({ id: calendarYearId })

/** Public holidays and make-up working days: everybody reads them, who manages the whole district writes them. */
export function calendarRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  checkRoute(app, services)
  changeRoutes(app, services)
}

function checkRoute(app: Api, services: HttpServices): void {
  const { calendars } = services
  app.route({
    method: 'POST',
    url: '/api/v1/calendars/check',
    config: { access: 'read', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'Whether a year of a calendar could be used, and what safety rules would lose by it',
      description:
        'A year as a file (`yaml`), as a form has it (`definition`), or taken back to what is shipped (`resets`). Changes nothing. Losses are told to whoever may change calendars.',
      body: calendarCheckRequest,
      response: { 200: calendarCheck },
    },
    handler: (request) => {
      const { yaml, definition, resets } = request.body
      const principal = principalOf(request)
      if (resets !== undefined) {
        const row = existing(services, resets)
        const year = calendars.shipped(row.days)
        const lost = lossesFor(services, principal, { ...row.days, days: 'reset' })
        return { year, present: presentYear(row), findings: [], ...lost }
      }
      const { days, findings } =
        yaml === undefined ? checkCalendar(definition) : checkCalendarFile(yaml)
      if (days === null) {
        return { year: null, present: null, findings: [...findings], ...NO_LOSSES }
      }
      const present = calendars.row(days)
      const lost = lossesFor(services, principal, { ...days, days })
      return { year: days, present: present && presentYear(present), findings: [], ...lost }
    },
  })
}

const NO_LOSSES = { losses: [], lossCount: 0 }

/** Looking at every schedule is dear, and only whoever may change the calendar has to know. */
function lossesFor(
  services: HttpServices,
  principal: Principal,
  wish: Pick<CalendarWish, 'calendar' | 'year' | 'days'>,
) {
  if (!mayEdit(principal)) return NO_LOSSES
  const view = calendarViewOf(services, principal)
  return presentLosses(services.calendarLife.lossesBy(wish), view)
}

function mayEdit(principal: Principal): boolean {
  return hasRight(principal, 'manage') && principal.organizationId === null
}

function readRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/calendars',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'Years of calendars, and those that rules miss',
      response: { 200: calendarList },
    },
    handler: (request) => {
      const principal = principalOf(request)
      return {
        items: services.calendars.rows().map(presentYear),
        missing: missingYears(services, principal),
        mayEdit: mayEdit(principal),
      }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/calendars/:id',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'One year of a calendar, e.g. `cn-2026`',
      params: yearParams,
      response: { 200: calendarYear },
    },
    handler: (request) => presentYear(existing(services, request.params.id)),
  })
  app.route({
    method: 'GET',
    url: '/api/v1/calendars/:id/file',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'One year of a calendar as a YAML file',
      params: yearParams,
      response: { 200: z.string() },
    },
    handler: (request, reply) => {
      const { days } = existing(services, request.params.id)
      reply.type('text/yaml; charset=utf-8')
      reply.header('content-disposition', `attachment; filename="${calendarId(days)}.yaml"`)
      return calendarFile(days)
    },
  })
}

function changeRoutes(app: Api, services: HttpServices): void {
  const { calendarLife } = services
  app.route({
    method: 'PUT',
    url: '/api/v1/calendars/:id',
    config: { access: 'manage', audit: 'calendar.change', auditProposal: 'calendar.propose' },
    schema: {
      tags: ['rules'],
      summary: 'Write a year of a calendar',
      description:
        'Rules that look at the calendar count by it at once. A change by which a safety rule would lose supervision needs a `reason`, and answers 202 with the proposal that now waits for a second person. Concerns the whole district: only for accounts that see all of it.',
      params: yearParams,
      body: calendarYearRequest,
      response: { 200: calendarYear, 202: calendarProposal },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      assertSeesAll(principal)
      const { version, reason, ...body } = request.body
      const of = partsOf(request.params.id)
      const { days, findings } = checkCalendar({ ...body, ...of })
      if (days === null) {
        throw new CodedError('calendar_invalid', 'The days do not fit together.', {
          details: { issues: findings.map(({ path, message }) => ({ path, message: message.en })) },
        })
      }
      const wish = { ...of, days, baseVersion: version, reason }
      const outcome = await calendarLife.change(wish, principal)
      if (outcome.kind === 'waits') {
        return reply.code(202).send(shownProposal(services, principal, outcome.proposal))
      }
      return presentYear(outcome.row ?? existing(services, request.params.id))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/calendars/:id',
    config: { access: 'manage', audit: 'calendar.reset', auditProposal: 'calendar.propose-reset' },
    schema: {
      tags: ['rules'],
      summary: 'Take a year back to what is shipped; one that is not shipped goes',
      description:
        'Where a safety rule would lose supervision by it, it needs a `reason` and answers 202: it waits for a second person.',
      params: yearParams,
      querystring: calendarResetQuery,
      response: { 202: calendarProposal, 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      assertSeesAll(principal)
      const { version: baseVersion, reason } = request.query
      const { id } = request.params
      const wish = { ...partsOf(id), days: 'reset', baseVersion, reason } as const
      const outcome = await calendarLife.change(wish, principal)
      if (outcome.kind === 'in-force') return reply.code(204).send(undefined)
      return reply.code(202).send(shownProposal(services, principal, outcome.proposal))
    },
  })
}

function existing({ calendars }: HttpServices, id: string): CalendarRow {
  const row = calendars.row(partsOf(id))
  if (row === null) throw notFound('calendar', id)
  return row
}

function partsOf(id: string): { readonly calendar: string; readonly year: number } {
  const [calendar = '', year = ''] = id.split('-')
  return { calendar, year: Number(year) }
}

/** Of the rules that are on and that the account sees. */
function missingYears(services: HttpServices, principal: Principal): CalendarList['missing'] {
  const { rules, calendars, clock } = services
  const missing = new Map<string, CalendarList['missing'][number]>()
  for (const row of rules.rows()) {
    const shown = row.rule.enabled ? visibleRow(services, principal, row) : null
    if (shown === null) continue
    for (const { schedule } of schedulesOf(shown.rule)) {
      const { calendar } = schedule
      for (const year of calendarYearsAsked(schedule, clock.nowMs())) {
        if (calendars.knows(calendar, year)) continue
        const id = calendarId({ calendar, year })
        const entry = missing.get(id) ?? { calendar, year, ruleIds: [] }
        if (!entry.ruleIds.includes(shown.rule.id)) entry.ruleIds.push(shown.rule.id)
        missing.set(id, entry)
      }
    }
  }
  return [...missing.values()].sort((one, other) => one.year - other.year)
}
