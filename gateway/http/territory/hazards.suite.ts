import { readXlsx } from 'hucre/xlsx'
import { A_PDF, aDossier } from '../../hazards/dossier.suite.ts'
import { DEFAULT_TERMS } from '../../hazards/hazard-terms.ts'
import { type Area, made, open, placing, thing, view } from './row.suite.ts'

export const HAZARDS: Area = {
  furnish: async (district, town) => {
    const id = `tank-farm-${town}`
    await made(district, '/api/v1/hazard-sources', {
      id,
      organizationId: `enterprise-${town}`,
      draft: aDossier({ name: `tank farm of ${town}`, siteId: `site-${town}` }),
    })
    const admin = await district.as('admin')
    for (const item of DEFAULT_TERMS.documentsRequired) {
      const query = `item=${item}&title=${item} of ${town}&fileName=${item}.pdf`
      await admin('POST', `/api/v1/hazard-sources/${id}/documents?${query}`, A_PDF)
    }
    const documents = await admin('GET', `/api/v1/hazard-sources/${id}/documents`)
    const { revision } = (await admin('GET', `/api/v1/hazard-sources/${id}`)).json()
    await made(district, `/api/v1/hazard-sources/${id}/submit`, {
      revision,
      signedName: `signer of ${town}`,
      statementOfTruth: true,
    })
    return {
      hazardSource: id,
      hazardDocument: documents.json().items[0].id,
      hazardVersion: '1',
      hazardForm: 'characteristics',
    }
  },
  rows: {
    'POST /api/v1/hazard-sources/calculate': open('a calculation; nothing is kept', {
      substances: [{ table: 1, row: 1, quantityTonnes: 1 }],
      exposedPopulation: 0,
    }),
    'POST /api/v1/hazard-sources/assess': open('a calculation; nothing is kept', {
      units: [],
      exposedPopulation: 0,
    }),
    'GET /api/v1/hazard-substances': open('tables of a standard'),
    'GET /api/v1/hazard-standard': open('tables of a standard'),
    'GET /api/v1/hazard-sources': view({
      query: ({ organization }) => `?organizationId=${organization}`,
    }),
    'POST /api/v1/hazard-sources': placing((of) => ({ organizationId: of.organization })),
    'GET /api/v1/hazard-sources/{id}': thing('hazardSource'),
    'PATCH /api/v1/hazard-sources/{id}': thing('hazardSource', {
      body: { revision: 1, draft: { name: 'taken over' } },
    }),
    'DELETE /api/v1/hazard-sources/{id}': thing('hazardSource'),
    'GET /api/v1/hazard-sources/{id}/documents': thing('hazardSource'),
    'POST /api/v1/hazard-sources/{id}/documents': thing('hazardSource', {
      query: '?item=plans&title=x&fileName=x.pdf',
      body: A_PDF,
    }),
    'GET /api/v1/hazard-sources/{id}/documents/{documentId}': thing({
      id: 'hazardSource',
      documentId: 'hazardDocument',
    }),
    'DELETE /api/v1/hazard-sources/{id}/documents/{documentId}': thing({
      id: 'hazardSource',
      documentId: 'hazardDocument',
    }),
    'POST /api/v1/hazard-sources/{id}/submit': thing('hazardSource', {
      body: { revision: 1, signedName: 'x', statementOfTruth: true },
    }),
    'POST /api/v1/hazard-sources/{id}/request-cancellation': thing('hazardSource', {
      body: { revision: 1, signedName: 'x', statementOfTruth: true, reason: 'x' },
    }),
    'POST /api/v1/hazard-sources/{id}/withdraw': thing('hazardSource'),
    'POST /api/v1/hazard-sources/{id}/return': thing('hazardSource', {
      body: { version: 1, remarks: [{ item: 'plans', text: 'x' }] },
    }),
    'POST /api/v1/hazard-sources/{id}/accept': thing('hazardSource', { body: { version: 1 } }),
    'GET /api/v1/hazard-sources/{id}/versions': thing('hazardSource'),
    'GET /api/v1/hazard-sources/{id}/versions/{version}': thing({
      id: 'hazardSource',
      version: 'hazardVersion',
    }),
    'GET /api/v1/hazard-sources/{id}/diff': thing('hazardSource', { query: '?from=1' }),
    'GET /api/v1/alarms/{id}/emergency': thing('alarm'),
    'GET /api/v1/hazard-sources/{id}/forms/{form}': thing(
      { id: 'hazardSource', form: 'hazardForm' },
      { query: '?format=xlsx', read: xlsxText },
    ),
  },
}

async function xlsxText(raw: Buffer): Promise<string> {
  const book = await readXlsx(raw)
  return JSON.stringify(book.sheets.map(({ rows }) => rows))
}
