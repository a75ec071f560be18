import { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { calendarYearsAsked, schedulesOf } from '#alerting/rules/calendars-asked.ts'
import {
  type CalendarList,
  type CalendarYearDto,
  calendarCheck,
  calendarCheckRequest,
  calendarList,
  calendarYear,
  calendarYearRequest,
} from '../../contract.ts'
import type { CalendarRow } from '../../registry/calendar-book.ts'
import { calendarId } from '../../registry/calendar-book.ts'
import { calendarFile, checkCalendar, checkCalendarFile } from '../../registry/calendar-files.ts'
import type { Principal } from '../../registry/types.ts'
import { hasRight } from '../../rights.ts'
import { principalOf } from '../access.ts'
import { type Api, noContent } from '../api.ts'
import { visibleRow } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'
import { assertSeesAll, notFound } from '../territory-check.ts'

/** `cn-2026`: a calendar and its year. */
const yearParams = z.object({ id: z.string().regex(/^[a-z]{2,16}-\d{4}$/) })

/** Public holidays and make-up working days: everybody reads them, who manages the whole district writes them. */
export function calendarRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  checkRoute(app, services)
  changeRoutes(app, services)
}

function checkRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/calendars/check',
    config: { access: 'read', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'Whether a year of a calendar, as a file or as a form has it, could be used',
      description: 'Changes nothing.',
      body: calendarCheckRequest,
      response: { 200: calendarCheck },
    },
    handler: (request) => {
      const { yaml, definition } = request.body
      const { days, findings } =
        yaml === undefined ? checkCalendar(definition) : checkCalendarFile(yaml)
      const present = days === null ? null : services.calendars.row(days)
      return {
        year: days,
        present: present === null ? null : presentYear(present),
        findings: [...findings],
      }
    },
  })
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
        mayEdit: hasRight(principal, 'manage') && principal.organizationId === null,
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
  const { calendars } = services
  app.route({
    method: 'PUT',
    url: '/api/v1/calendars/:id',
    config: { access: 'manage', audit: 'calendar.change' },
    schema: {
      tags: ['rules'],
      summary: 'Write a year of a calendar',
      description:
        'Rules that look at the calendar count by it at once. Concerns the whole district: only for accounts that see all of it.',
      params: yearParams,
      body: calendarYearRequest,
      response: { 200: calendarYear },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      assertSeesAll(principal)
      const { version, ...body } = request.body
      const { days, findings } = checkCalendar({ ...body, ...partsOf(request.params.id) })
      if (days === null) {
        throw new CodedError('calendar_invalid', 'The days do not fit together.', {
          details: { issues: findings.map(({ path, message }) => ({ path, message: message.en })) },
        })
      }
      const edit = { days, baseVersion: version, actor: principal.username }
      return presentYear(await calendars.write(edit))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/calendars/:id',
    config: { access: 'manage', audit: 'calendar.reset' },
    schema: {
      tags: ['rules'],
      summary: 'Take a year back to what is shipped; one that is not shipped goes',
      params: yearParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      assertSeesAll(principal)
      await calendars.reset(existing(services, request.params.id).days, principal.username)
      return reply.code(204).send(undefined)
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

function presentYear({ days, origin, version, changedBy, changedAtMs }: CalendarRow) {
  return {
    ...days,
    id: calendarId(days),
    origin,
    version,
    changedBy,
    changedAt: changedAtMs === null ? null : new Date(changedAtMs).toISOString(),
  } satisfies CalendarYearDto
}
