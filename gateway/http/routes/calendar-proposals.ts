import { z } from 'zod'
import {
  type CalendarProposalDto,
  calendarDecisionRequest,
  calendarProposal,
  calendarRejection,
  page,
  pageQuery,
} from '../../contract.ts'
import type { CalendarProposalRow } from '../../database/calendar-proposal-store.ts'
import { presentCalendarProposal } from '../../registry/calendar-presentation.ts'
import type { Principal } from '../../registry/types.ts'
import { assertPerson, principalOf } from '../access.ts'
import { type Api, idParams } from '../api.ts'
import { calendarViewOf, visibleProposal } from '../calendar-visibility.ts'
import type { HttpServices } from '../services.ts'
import { assertSeesAll } from '../territory-check.ts'

/** Changes of calendars that take supervision from safety rules: what waits, and the second person. */
export function calendarProposalRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  decisionRoutes(app, services)
  withdrawRoute(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { calendarLife } = services
  app.route({
    method: 'GET',
    url: '/api/v1/calendar-proposals',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'Changes of calendars by which safety rules lose supervision, last first',
      description:
        'Those by which a rule loses that the caller sees. `state=open`: all that wait for a second person, on one page. `state=decided`: how others were decided; a page may be shorter than `limit` and still not be the last.',
      querystring: pageQuery.extend({ state: z.enum(['open', 'decided']).default('open') }),
      response: { 200: page(calendarProposal) },
    },
    handler: async (request) => {
      const view = calendarViewOf(services, principalOf(request))
      const shown = (rows: readonly CalendarProposalRow[]) =>
        rows.flatMap((row) => presentCalendarProposal(row, view) ?? [])
      if (request.query.state === 'open') {
        return { items: shown(calendarLife.openProposals()), nextCursor: null }
      }
      const { items, nextCursor } = await calendarLife.decidedProposals(request.query)
      return { items: shown(items), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/calendar-proposals/:id',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'One proposal: the year before and after, and which rules lose what',
      params: idParams,
      response: { 200: calendarProposal },
    },
    handler: (request) => visibleProposal(services, principalOf(request), request.params.id),
  })
}

/** A second person is a person: programs do not decide. */
function decisionRoutes(app: Api, services: HttpServices): void {
  const { calendarLife } = services
  app.route({
    method: 'POST',
    url: '/api/v1/calendar-proposals/:id/approve',
    config: { access: 'manage', audit: 'calendar-proposal.approve' },
    schema: {
      tags: ['rules'],
      summary: 'Agree, as the second person: rules count by the calendar from now on',
      params: idParams,
      body: calendarDecisionRequest,
      response: { 200: calendarProposal },
    },
    handler: async (request) => {
      assertPerson(request)
      const principal = principalOf(request)
      const { id } = await changeable(services, principal, request.params.id)
      await calendarLife.approve(id, request.body.note, principal)
      return await visibleProposal(services, principal, id)
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/calendar-proposals/:id/reject',
    config: { access: 'manage', audit: 'calendar-proposal.reject' },
    schema: {
      tags: ['rules'],
      summary: 'Do not agree, as the second person; say why',
      params: idParams,
      body: calendarRejection,
      response: { 200: calendarProposal },
    },
    handler: async (request) => {
      assertPerson(request)
      const principal = principalOf(request)
      const { id } = await changeable(services, principal, request.params.id)
      await calendarLife.reject(id, request.body.note, principal)
      return await visibleProposal(services, principal, id)
    },
  })
}

function withdrawRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/calendar-proposals/:id/withdraw',
    config: { access: 'manage', audit: 'calendar-proposal.withdraw' },
    schema: {
      tags: ['rules'],
      summary: 'Take a proposal back',
      params: idParams,
      body: calendarDecisionRequest,
      response: { 200: calendarProposal },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { id } = await changeable(services, principal, request.params.id)
      await services.calendarLife.withdraw(id, request.body.note, principal)
      return await visibleProposal(services, principal, id)
    },
  })
}

/** Calendars are the whole district's to change. */
async function changeable(
  services: HttpServices,
  principal: Principal,
  id: string,
): Promise<CalendarProposalDto> {
  assertSeesAll(principal)
  return await visibleProposal(services, principal, id)
}
