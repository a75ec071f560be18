import type { HazardForm } from '../contract.ts'
import type { PdfBlock, PdfDocument } from '../documents/pdf-document.ts'
import { applicationBlocks } from './form-application.ts'
import { characteristicsBlocks } from './form-characteristics.ts'
import { identificationBlocks } from './form-identification.ts'
import type { FormSubject } from './form-subject.ts'
import type { SourceVersion } from './source-version.ts'

/**
 * The forms of a filing in Chinese, as an authority receives them. Their layout is ours: no official
 * template could be read. What is printed is a submission as it was, or the draft, marked as one.
 */
export function hazardForm(form: HazardForm, subject: FormSubject): PdfDocument {
  const { title, blocks } = FORMS[form]
  const { version, snapshot, sourceId } = subject
  const watermark = watermarkOf(version)
  return {
    title,
    subtitle: `${subject.enterprise}　${snapshot.dossier.name}`,
    language: 'zh',
    footer: [
      `安哨 ${sourceId}`,
      version === null ? '草稿' : `第 ${version.version} 次提交`,
      ...(version?.number == null ? [] : [`备案编号 ${version.number}`]),
    ].join(' · '),
    ...(watermark === null ? {} : { watermark }),
    blocks: blocks(subject),
  }
}

const FORMS: Readonly<
  Record<
    HazardForm,
    { readonly title: string; readonly blocks: (subject: FormSubject) => readonly PdfBlock[] }
  >
> = {
  application: { title: '危险化学品重大危险源备案申请表', blocks: applicationBlocks },
  characteristics: { title: '危险化学品重大危险源基本特征表', blocks: characteristicsBlocks },
  identification: { title: '危险化学品重大危险源辨识、分级记录', blocks: identificationBlocks },
}

function watermarkOf(version: SourceVersion | null): string | null {
  if (version === null) return '草稿'
  switch (version.outcome) {
    case 'accepted':
      return null
    case 'pending':
      return '待审核'
    case 'returned':
      return '已退回'
    case 'withdrawn':
      return '已撤回'
    default:
      return version.outcome satisfies never
  }
}
