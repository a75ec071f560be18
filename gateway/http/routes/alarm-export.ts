import { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { HISTORY_LIMITS, HTTP_LIMITS, STORM_LIMITS } from '#config/limits.ts'
import { type AlarmDto, alarmQuery } from '../../contract.ts'
import type { AlarmFilter } from '../../database/alarm-filter.ts'
import { attachment } from '../../documents/attachment.ts'
import {
  CSV_TYPE,
  csvStream,
  type SpreadsheetCell,
  XLSX_TYPE,
  xlsxStream,
} from '../../documents/spreadsheet.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { alarmFilterOf, presentAlarms } from './alarm-lists.ts'

type Language = 'zh' | 'en'

const exportQuery = alarmQuery.omit({ limit: true, cursor: true, order: true }).extend({
  format: z.enum(['csv', 'xlsx']).default('csv'),
  language: z.enum(['zh', 'en']).default('zh'),
})

const GRADES: Readonly<Record<Language, Readonly<Record<AlarmDto['grade'], string>>>> = {
  zh: { 1: '红色', 2: '橙色', 3: '黄色', 4: '蓝色' },
  en: { 1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue' },
}

interface Column {
  readonly title: Readonly<Record<Language, string>>
  readonly width?: number
  readonly cell: (alarm: AlarmDto, language: Language) => SpreadsheetCell
}

/** One column a line, in the order of the sheet; instants in UTC as everywhere in the API. */
const COLUMNS: readonly Column[] = [
  { title: { zh: '编号', en: 'Id' }, width: 38, cell: ({ id }) => id },
  { title: { zh: '级别', en: 'Grade' }, cell: ({ grade }, language) => GRADES[language][grade] },
  { title: { zh: '报警', en: 'Alarm' }, width: 32, cell: ({ title }, language) => title[language] },
  {
    title: { zh: '辖区', en: 'Territory' },
    width: 24,
    cell: ({ territory }) => territory.join(' / '),
  },
  { title: { zh: '企业', en: 'Enterprise' }, width: 24, cell: (alarm) => alarm.organizationName },
  { title: { zh: '场所', en: 'Site' }, width: 20, cell: ({ siteName }) => siteName },
  { title: { zh: '设备', en: 'Device' }, width: 20, cell: ({ deviceName }) => deviceName },
  { title: { zh: '测点', en: 'Point' }, cell: ({ point }) => point },
  { title: { zh: '数值', en: 'Value' }, cell: ({ value }) => value },
  { title: { zh: '定值', en: 'Set-point' }, cell: ({ setpoint }) => setpoint },
  { title: { zh: '单位', en: 'Unit' }, cell: ({ unit }) => unit },
  { title: { zh: '状态', en: 'State' }, width: 24, cell: ({ state }) => state },
  { title: { zh: '开始', en: 'Raised' }, width: 24, cell: ({ raisedAt }) => raisedAt },
  { title: { zh: '确认', en: 'Acknowledged' }, width: 24, cell: (alarm) => alarm.acknowledgedAt },
  { title: { zh: '恢复', en: 'Returned' }, width: 24, cell: ({ returnedAt }) => returnedAt },
  { title: { zh: '结束', en: 'Closed' }, width: 24, cell: ({ closedAt }) => closedAt },
  { title: { zh: '次数', en: 'Occurrences' }, cell: ({ occurrences }) => occurrences },
  { title: { zh: '负责人', en: 'Assigned to' }, cell: ({ assignee }) => assignee },
  { title: { zh: '演练', en: 'Drill' }, cell: ({ drill }) => drill },
  {
    title: { zh: '事件', en: 'Incident' },
    width: 38,
    cell: ({ incident }) => incident?.id ?? null,
  },
  {
    title: { zh: '事件中次序', en: 'Order in it' },
    cell: ({ incident }) => incident?.ordinal ?? null,
  },
]

/** Alarms as a file, newest first; read page by page while it is downloaded, a few files at once. */
export function alarmExportRoutes(app: Api, services: HttpServices): void {
  let exporting = 0
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/export',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'Alarms as a CSV or Excel file, newest first',
      description: 'The filters of the list. Streamed, and bounded to a hundred thousand rows.',
      querystring: exportQuery,
      response: { 200: z.any().describe('The file') },
    },
    handler: async (request, reply) => {
      const { format, language, ...query } = request.query
      const filter = alarmFilterOf(services, principalOf(request), query)
      if (exporting >= HISTORY_LIMITS.exportsAtOnceMax) {
        throw new CodedError('too_many_attempts', 'Other exports are still being written.', {
          details: { retryAfterMs: 5_000 },
        })
      }
      const source = {
        name: language === 'zh' ? '报警记录' : 'Alarms',
        columns: COLUMNS.map(({ title, width }) => ({
          title: title[language],
          ...(width === undefined ? {} : { width }),
        })),
        rows: rowsOf(services, filter, language),
      }
      exporting += 1
      const stream = format === 'csv' ? csvStream(source) : xlsxStream(source)
      stream.once('close', () => {
        exporting -= 1
      })
      const day = new Date(services.clock.nowMs()).toISOString().slice(0, 10)
      return reply
        .type(format === 'csv' ? CSV_TYPE : XLSX_TYPE)
        .header('content-disposition', attachment(`vigil-alarms-${day}.${format}`))
        .send(stream)
    },
  })
}

async function* rowsOf(
  services: HttpServices,
  filter: AlarmFilter,
  language: Language,
): AsyncIterable<SpreadsheetCell[]> {
  let cursor: string | undefined
  for (let written = 0; written < STORM_LIMITS.exportedAlarmsMax; ) {
    const page = await services.alarmQueries.list({
      ...filter,
      order: 'newest',
      limit: HTTP_LIMITS.pageSizeMax,
      cursor,
    })
    for (const alarm of await presentAlarms(services, page.items)) {
      yield COLUMNS.map(({ cell }) => cell(alarm, language))
    }
    written += page.items.length
    if (page.nextCursor === null) return
    cursor = page.nextCursor
  }
}
