import type { CalendarCheck, CalendarList, CalendarYearDto } from '../../gateway/contract.ts'
import type { ApiClient } from './api-client.ts'

const BASE = '/api/v1/calendars'

/** What of a year a person writes. */
export type CalendarDays = Pick<CalendarYearDto, 'source' | 'holidays' | 'workdays'>

/** Public holidays and make-up working days, a year at a time. */
export function calendarEndpoints(client: ApiClient) {
  return {
    calendars: (signal: AbortSignal) => client.get<CalendarList>(BASE, { signal }),
    checkCalendar: (
      what: { readonly yaml: string } | { readonly definition: Readonly<Record<string, unknown>> },
    ) => client.post<CalendarCheck>(`${BASE}/check`, what),
    writeCalendar: (id: string, version: number, days: CalendarDays) =>
      client.put<CalendarYearDto>(`${BASE}/${id}`, { ...days, version }),
    resetCalendar: (id: string) => client.delete(`${BASE}/${id}`),
  }
}
