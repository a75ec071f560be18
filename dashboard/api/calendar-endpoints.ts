import type {
  CalendarCheck,
  CalendarList,
  CalendarProposalDto,
  CalendarYearDto,
} from '../../gateway/contract.ts'
import { type ApiClient, withQuery } from './api-client.ts'
import type { Page } from './endpoints.ts'

const BASE = '/api/v1/calendars'
const PROPOSALS = '/api/v1/calendar-proposals'

/** What of a year a person writes. */
export type CalendarDays = Pick<CalendarYearDto, 'source' | 'holidays' | 'workdays'>

/** Given as a file, as a form has it, or as the year that is to go back to what is shipped. */
export type CalendarToCheck =
  | { readonly yaml: string }
  | { readonly definition: Readonly<Record<string, unknown>> }
  | { readonly resets: string }

/** A change of a year, from the version the person has seen. The reason is asked for where rules lose by it. */
export interface CalendarChange {
  readonly id: string
  readonly version: number
  readonly reason: string
}

/** Public holidays and make-up working days, a year at a time. */
export function calendarEndpoints(client: ApiClient) {
  return {
    calendars: (signal: AbortSignal) => client.get<CalendarList>(BASE, { signal }),
    checkCalendar: (what: CalendarToCheck) => client.post<CalendarCheck>(`${BASE}/check`, what),
    /** The proposal that waits for a second person; null: it is in force. */
    writeCalendar: async ({ id, ...change }: CalendarChange, days: CalendarDays) =>
      waiting(
        await client.put<CalendarYearDto | CalendarProposalDto>(`${BASE}/${id}`, {
          ...days,
          ...change,
        }),
      ),
    /** As `writeCalendar`. */
    resetCalendar: async ({ id, version, reason }: CalendarChange) =>
      waiting(
        await client.delete<CalendarProposalDto | null>(
          withQuery(`${BASE}/${id}`, { version, reason }),
        ),
      ),
    calendarProposals: (state: 'open' | 'decided', signal: AbortSignal) =>
      client.get<Page<CalendarProposalDto>>(PROPOSALS, { query: { state }, signal }),
    decideCalendarProposal: (id: string, verb: 'approve' | 'reject' | 'withdraw', note: string) =>
      client.post<CalendarProposalDto>(`${PROPOSALS}/${id}/${verb}`, { note }),
  }
}

function waiting(answer: CalendarYearDto | CalendarProposalDto | null): CalendarProposalDto | null {
  return answer !== null && 'losses' in answer ? answer : null
}
