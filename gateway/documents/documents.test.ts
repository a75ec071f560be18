import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { readXlsx } from 'hucre/xlsx'
import { afterAll, describe, expect, it } from 'vitest'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { SystemClock } from '../system-clock.ts'
import { attachment } from './attachment.ts'
import type { PdfDocument } from './pdf-document.ts'
import { PdfWriter } from './pdf-writer.ts'
import { csvStream, type SpreadsheetCell, xlsxForm, xlsxStream } from './spreadsheet.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-documents-'))
const writer = new PdfWriter({ clock: new SystemClock() })
afterAll(async () => {
  await writer.stop()
  rmSync(folder, { recursive: true })
})

async function* rowsOf(...rows: SpreadsheetCell[][]) {
  yield* rows
}

const FORM: PdfDocument = {
  title: '重大危险源备案申请表',
  subtitle: '潮信化工有限公司',
  language: 'zh',
  footer: '编号 HS-2026-001',
  watermark: '演练',
  blocks: [
    { kind: 'heading', text: '一、基本情况' },
    { kind: 'fields', fields: [{ label: '介质', value: '硫化氢 H₂S，㙦 m³' }] },
    {
      kind: 'table',
      columns: [
        { title: '物质', width: 2 },
        { title: '数量 t', width: 1, align: 'right' },
      ],
      rows: [['液氯', '200.000']],
      whenEmpty: '没有物质',
    },
    { kind: 'table', columns: [{ title: '空' }], rows: [], whenEmpty: '没有记录' },
    { kind: 'signatures', labels: ['填报人', '审核人'] },
  ],
}

describe('a PDF', () => {
  it.skipIf(lacks('pdftotext'))('says in Chinese what it was given, its fonts inside', async () => {
    const path = join(folder, 'form.pdf')
    writeFileSync(path, await writer.write(FORM))
    const said = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
    for (const words of [
      '重大危险源备案申请表',
      '硫化氢 H2S，㙦 m³',
      '液氯',
      '没有记录',
      '共 1 页',
    ]) {
      expect(said).toContain(words)
    }
    const fonts = execFileSync('pdffonts', [path], { encoding: 'utf8' })
    expect(fonts).toMatch(/NotoSansHans-Regular\s+.*\syes yes yes\s/)
  })

  it('reaches no file and no address that a text names', async () => {
    const image = {
      kind: 'image',
      bytes: new Uint8Array([1, 2, 3]),
      mediaType: 'image/png',
    } as const
    await expect(writer.write({ ...FORM, blocks: [image] })).rejects.toMatchObject({
      code: 'document_failed',
    })
    expect((await writer.write(FORM)).subarray(0, 5).toString()).toBe('%PDF-')
  })
})

describe('a spreadsheet', () => {
  const columns = [{ title: '名称' }, { title: '数值' }]

  it('is read back as it was written, whatever its name', async () => {
    const stream = xlsxStream({
      name: '报警/历史',
      columns,
      rows: rowsOf(['=1+1', -2.5], ['甲', null]),
    })
    const book = await readXlsx(await buffer(stream))
    expect(book.sheets[0]?.name).toBe('报警 历史')
    expect(book.sheets[0]?.rows).toEqual([
      ['名称', '数值'],
      ['=1+1', -2.5],
      ['甲', null],
    ])
  })

  it('of a form has its sheets under names that differ', async () => {
    const sheet = { name: '辨识', widths: [20, 10], rows: [['氨', 10]], boldRows: [0] }
    const book = await readXlsx(await xlsxForm([sheet, sheet]))
    expect(book.sheets.map(({ name, rows }) => [name, rows])).toEqual([
      ['辨识', [['氨', 10]]],
      ['辨识 2', [['氨', 10]]],
    ])
  })

  it('as CSV keeps quotes, and a text from outside is no formula', async () => {
    const rows = rowsOf(['=cmd|x', -2.5], ['a "b", c', null])
    expect((await buffer(csvStream({ columns, rows }))).toString()).toBe(
      '\u{feff}名称,数值\r\n\'=cmd|x,-2.5\r\n"a ""b"", c",',
    )
  })
})

describe('the name of a file', () => {
  it.each([
    [
      '证据 2026.pdf',
      'attachment; filename="__ 2026.pdf"; filename*=UTF-8\'\'%E8%AF%81%E6%8D%AE%202026.pdf',
    ],
    ['../a"b\r\n.csv', 'attachment; filename=".._a_b__.csv"; filename*=UTF-8\'\'.._a_b__.csv'],
  ])('%j', (name, header) => {
    expect(attachment(name)).toBe(header)
  })
})
