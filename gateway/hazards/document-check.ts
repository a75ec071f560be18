/** What a document may be, told by its bytes and not by its name. */

export const DOCUMENT_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const
export type DocumentType = (typeof DOCUMENT_TYPES)[number]

const EXTENSIONS: Readonly<Record<DocumentType, readonly string[]>> = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
}

export type DocumentVerdict =
  | { readonly ok: true; readonly type: DocumentType }
  | { readonly ok: false; readonly reason: string }

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const PNG_END = Buffer.from('IEND', 'latin1')
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff])
const JPEG_END = Buffer.from([0xff, 0xd9])
const PDF_START = Buffer.from('%PDF-', 'latin1')
const PDF_END = Buffer.from('%%EOF', 'latin1')
/** A PDF may begin and end with a little of something else (ISO 32000-1, annex H); readers look this far. */
const PDF_SEARCH_BYTES = 1_024
/** What cameras put behind the end of a picture. */
const IMAGE_TAIL_BYTES = 64 * 1_024

/** Whole (both ends are there) and what its name says. */
export function checkDocument(bytes: Buffer, fileName: string): DocumentVerdict {
  if (bytes.length === 0) return { ok: false, reason: 'The file is empty.' }
  const type = typeOf(bytes)
  if (type === null) {
    return { ok: false, reason: 'The file is neither a PDF nor a JPEG or PNG picture.' }
  }
  if (!isWhole(bytes, type)) {
    return { ok: false, reason: 'The file is cut off: its end is missing. Was it copied whole?' }
  }
  const extension = fileName.split('.').at(-1)?.toLowerCase() ?? ''
  if (!EXTENSIONS[type].includes(extension)) {
    return {
      ok: false,
      reason: `The name "${fileName}" does not fit what is in the file (${EXTENSIONS[type][0]}).`,
    }
  }
  return { ok: true, type }
}

function typeOf(bytes: Buffer): DocumentType | null {
  if (bytes.subarray(0, PDF_SEARCH_BYTES).includes(PDF_START)) return 'application/pdf'
  if (bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return 'image/png'
  if (bytes.subarray(0, JPEG_START.length).equals(JPEG_START)) return 'image/jpeg'
  return null
}

function isWhole(bytes: Buffer, type: DocumentType): boolean {
  switch (type) {
    case 'application/pdf':
      return bytes.subarray(-PDF_SEARCH_BYTES).includes(PDF_END)
    case 'image/png':
      return bytes.subarray(-IMAGE_TAIL_BYTES).includes(PNG_END)
    case 'image/jpeg':
      return bytes.subarray(-IMAGE_TAIL_BYTES).includes(JPEG_END)
    default:
      return type satisfies never
  }
}
