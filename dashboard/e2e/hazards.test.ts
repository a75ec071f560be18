import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Organization } from '#gateway/contract.ts'
import { startGateway, type TestGateway } from '#simulators/acceptance/app-harness.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { Desk, openBrowser } from './desk.ts'

const PASSWORD = 'long enough a password'
/** The smallest file that is a PDF. */
const A_PDF = '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'
const DOCUMENTS = [
  'safety-data',
  'plans',
  'rules',
  'monitoring',
  'emergency-plan',
  'assessment-report',
  'warning-signs',
]

/** A firm and the authority above it, each in a browser of their own; the steps follow each other. */
describe.skipIf(lacks('chromium', 'pdftotext'))('a firm files its hazard source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-hazards-'))
  let gateway: TestGateway
  let browser: Browser
  let firm: Desk
  let officer: Desk

  beforeAll(async () => {
    gateway = await startGateway()
    const add = (draft: object) => gateway.api.post<Organization>('/organizations', draft)
    const town = await add({ name: '东港镇', kind: 'town' })
    const { id } = await add({ name: '潮信化工', kind: 'enterprise', parentId: town.id })
    for (const [username, displayName, role, organizationId] of [
      ['firm', '王建国', 'safety-manager', id],
      ['officer', '刘科长', 'supervisor', town.id],
    ]) {
      await gateway.api.post('/users', {
        username,
        displayName,
        role,
        organizationId,
        password: PASSWORD,
      })
    }
    browser = await openBrowser()
    firm = await Desk.open(browser, { baseUrl: gateway.httpUrl })
    officer = await Desk.open(browser, { baseUrl: gateway.httpUrl })
    for (const [desk, name] of [
      [firm, 'firm'],
      [officer, 'officer'],
    ] as const) {
      await desk.goTo('/hazard-sources')
      await desk.logIn(name, PASSWORD)
    }
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
    rmSync(folder, { recursive: true })
  })

  const state = (desk: Desk) => desk.page.locator('[data-filing-state]')
  const tab = (desk: Desk, name: string) => desk.page.getByRole('tab', { name }).click()
  const dialog = (desk: Desk) => desk.page.getByRole('dialog')

  test('registers it, and sees it graded while typing', async () => {
    const { page } = firm
    await page.getByRole('button', { name: '登记重大危险源' }).click()
    await dialog(firm).getByLabel('名称').fill('液氨罐区')
    await dialog(firm).getByRole('button', { name: '保存' }).click()
    await page.getByRole('tab', { name: '登记内容' }).waitFor()

    await fill(page, { address: '海河路 8 号', inUseSince: '2019-06-01', scale: '储罐 2 台' })
    await page.getByLabel('纬度', { exact: true }).fill('39.05')
    await page.getByLabel('经度', { exact: true }).fill('117.72')
    await next(page)
    await page.getByRole('button', { name: '添加单元' }).click()
    await fill(page, { units_name: '一号围堰' })
    await choose(page, '以何为界', '防火堤')
    await page.getByLabel('物质名称').fill('7664-41-7')
    await page.getByText('表 1 第 1 行，临界量 10 t').click()
    await fill(page, { units_substances_quantity: '60' })
    await next(page)
    await page.getByLabel('厂界外 500 米内常住人数').fill('40')
    await fill(page, { surroundings_countedOn: '2026-03-01' })
    await expect.poll(() => page.locator('[data-figure="s"]').textContent()).toBe('6')
    await expect.poll(() => page.locator('[data-figure="r"]').textContent()).toBe('14.4')
    await expect.poll(() => page.locator('.hazard-level').first().textContent()).toBe('三级')
  })

  test('is told what is missing, fills it in, attaches, signs and submits', async () => {
    const { page } = firm
    await next(page)
    for (const [role, name] of [
      ['principal', '王建国'],
      ['technical', '李敏'],
      ['operating', '赵强'],
    ]) {
      await fill(page, { [`persons_${role}_name`]: name, [`persons_${role}_phone`]: '13800000000' })
    }
    await next(page)
    await fill(page, { emergency_planName: '液氨泄漏专项预案' })
    await page.getByRole('button', { name: '添加一行' }).first().click()
    await fill(page, { emergency_contacts_name: '值班室', emergency_contacts_phone: '022-66' })
    await next(page)
    await choose(page, '由谁评估', '专家')
    await fill(page, { assessment_completedOn: '2026-03-15' })
    await page.getByRole('button', { name: '去提交备案' }).click()
    await page.getByRole('heading', { name: /还缺 7 项/ }).waitFor()
    expect(await page.getByRole('button', { name: '签署并提交' }).isEnabled()).toBe(false)

    await tab(firm, '档案文件')
    await attach(page, 'plans', '平面图.pdf', 'this is no PDF')
    await page.getByText('文件与其名称不符或不完整').waitFor()
    for (const item of DOCUMENTS) {
      await attach(page, item, `${item}.pdf`, A_PDF)
      await page.locator(`[data-item="${item}"]`).getByText('第 1 版').waitFor()
    }
    await tab(firm, '备案')
    await signAndSubmit(firm)
    await expect.poll(() => state(firm).textContent()).toBe('待审核')
  })

  test('gets it back with a remark on one item, corrects it, and is accepted with a number', async () => {
    await openFromInbox(officer)
    await officer.page
      .getByRole('button', { name: /退\s?回/ })
      .first()
      .click()
    await dialog(officer).getByLabel(/④/).fill('总平面图缺比例尺')
    await dialog(officer).getByRole('button', { name: '保存' }).click()
    await expect.poll(() => state(officer).textContent()).toBe('已退回')

    await firm.page.reload()
    await firm.page.getByText('总平面图缺比例尺').waitFor()
    await tab(firm, '档案文件')
    await attach(firm.page, 'plans', '平面图.pdf', A_PDF, '上传新版本')
    await firm.page.locator('[data-item="plans"]').getByText('第 2 版').waitFor()
    await tab(firm, '备案')
    await signAndSubmit(firm)
    await expect.poll(() => state(firm).textContent()).toBe('待审核')

    await openFromInbox(officer)
    await officer.page.getByRole('button', { name: '准予备案' }).click()
    await dialog(officer).getByLabel('备案编号').fill('东港〔2026〕001号')
    await dialog(officer).getByRole('button', { name: '保存' }).click()
    await expect.poll(() => state(officer).textContent()).toBe('已备案')
    await firm.page.reload()
    await firm.page.getByText('东港〔2026〕001号').first().waitFor()
    await firm.page.getByText('2029-03-15').waitFor()
  })

  test('prints the forms: pages with ink and the words in Chinese', async () => {
    await tab(firm, '历次提交')
    const version = firm.page.locator('[data-version="2"]')
    const links = version.getByRole('link', { name: 'PDF' })
    await expect.poll(() => links.count()).toBe(3)
    const said: string[] = []
    for (const [index, name] of ['application', 'characteristics', 'identification'].entries()) {
      const href = await links.nth(index).getAttribute('href')
      const answer = await firm.page.request.get(`${gateway.httpUrl}${href}`)
      const path = join(folder, `${name}.pdf`)
      writeFileSync(path, await answer.body())
      said.push(execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }))
      execFileSync('pdftoppm', ['-r', '50', '-png', path, join(folder, name)])
    }
    const pictures = readdirSync(folder).filter((file) => file.endsWith('.png'))
    expect(pictures.length).toBeGreaterThanOrEqual(3)
    // A page of nothing compresses to about 1 KB.
    for (const file of pictures) expect(statSync(join(folder, file)).size).toBeGreaterThan(5_000)
    expect(said[0]).toContain('危险化学品重大危险源备案申请表')
    expect(said[0]).toContain('东港〔2026〕001号')
    expect(said[2]).toContain('R = 1.2 × (12) = 14.4')
  })

  test('changes the quantity, is asked to assess anew, and is cancelled by the authority', async () => {
    const { page } = firm
    await tab(firm, '登记内容')
    await page.getByText('单元与物质').first().click()
    await fill(page, { units_substances_quantity: '5' })
    await expect.poll(() => state(firm).textContent()).toBe('草稿')
    await tab(firm, '备案')
    const question = page.locator('[data-trigger="change"]')
    await question.getByText('设计最大量').waitFor()
    expect(await question.getAttribute('data-answered')).toBe('false')
    await page.getByText('已不构成重大危险源：请申请核销').waitFor()

    await page.getByRole('button', { name: '申请核销', exact: true }).click()
    await dialog(firm).getByLabel('核销理由').fill('储存量降至 5 t')
    await sign(firm)
    await expect.poll(() => state(firm).textContent()).toBe('申请核销')
    await openFromInbox(officer)
    await officer.page.getByText('储存量降至 5 t').waitFor()
    await officer.page.getByRole('button', { name: '准予核销' }).click()
    await dialog(officer).getByRole('button', { name: '保存' }).click()
    await expect.poll(() => state(officer).textContent()).toBe('已核销')

    await firm.page.reload()
    await tab(firm, '历次提交')
    await page.locator('[data-version="3"]').getByRole('button', { name: '与上次比较' }).click()
    const row = page.locator('[data-path="units.substances.quantity"]')
    await expect.poll(() => row.locator('td').allTextContents()).toEqual(['60 t', '5 t'])
  })

  test('and neither page has thrown', () => {
    expect(firm.errors).toEqual([])
    expect(officer.errors).toEqual([])
  })

  async function openFromInbox(desk: Desk): Promise<void> {
    await desk.goTo('/hazard-sources?view=Inbox')
    await desk.page.locator('[data-hazard-source]').first().click()
    await desk.page.getByRole('tab', { name: '备案', exact: true }).click()
  }

  async function signAndSubmit(desk: Desk): Promise<void> {
    await desk.page.getByRole('button', { name: '签署并提交' }).click()
    await sign(desk)
  }

  async function sign(desk: Desk): Promise<void> {
    await dialog(desk).getByRole('checkbox').check()
    await dialog(desk).getByRole('button', { name: '保存' }).click()
    await dialog(desk).waitFor({ state: 'hidden' })
  }
})

async function fill(page: Page, values: Readonly<Record<string, string | undefined>>) {
  for (const [field, value] of Object.entries(values)) {
    await page
      .locator(`[data-field="${field}"]`)
      .first()
      .fill(value ?? '')
  }
}

async function next(page: Page): Promise<void> {
  await page.getByRole('button', { name: '下一步' }).click()
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click()
  await page.locator('.ant-select-item-option').getByText(option, { exact: true }).click()
}

async function attach(
  page: Page,
  item: string,
  name: string,
  text: string,
  button?: string,
): Promise<void> {
  const section = page.locator(`[data-item="${item}"]`)
  const scope = button === undefined ? section : section.locator('.ant-upload', { hasText: button })
  const file = { name, mimeType: 'application/pdf', buffer: Buffer.from(text) }
  await scope.locator('input[type="file"]').first().setInputFiles(file)
}
