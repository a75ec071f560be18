import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import pdfmake from 'pdfmake'
import type { PdfDocument } from './pdf-document.ts'
import { layOut } from './pdf-layout.ts'

/** The thread that sets a page: laying out Chinese text takes longer than an alarm may wait. */
const port = parentPort
if (port === null) throw new Error('pdf-worker.ts runs as a worker thread.')

/** The package has them beside its code. */
const font = (weight: 'Regular' | 'Bold') =>
  fileURLToPath(
    new URL(`../fonts/NotoSansHans-${weight}.otf`, import.meta.resolve('@embedpdf/fonts-sc')),
  )

const FONT_FILES = new Set([font('Regular'), font('Bold')])
pdfmake.setFonts({ NotoSansHans: { normal: font('Regular'), bold: font('Bold') } })
// A document is text from people: it reaches no address and no other file.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy((path) => FONT_FILES.has(path))

export type PdfAnswer =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly message: string }

port.on('message', async (document: PdfDocument) => {
  try {
    const buffer = await pdfmake.createPdf(layOut(document)).getBuffer()
    const bytes = new Uint8Array(buffer)
    port.postMessage({ ok: true, bytes } satisfies PdfAnswer, [bytes.buffer])
  } catch (error) {
    port.postMessage({ ok: false, message: String(error) } satisfies PdfAnswer)
  }
})
