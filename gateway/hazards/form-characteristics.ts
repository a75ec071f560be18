import type { PdfBlock } from '../documents/pdf-document.ts'
import { quantityText } from './dossier-diff.ts'
import { type FormSubject, joined, levelText } from './form-subject.ts'
import { KIND_NAMES } from './form-words.ts'

/** 基本特征表. */
export function characteristicsBlocks(subject: FormSubject): readonly PdfBlock[] {
  const { dossier, assessment } = subject.snapshot
  const { surroundings } = dossier
  const nearest = surroundings.targets
    .flatMap(({ distanceMetres }) => distanceMetres ?? [])
    .toSorted((one, other) => one - other)[0]
  return [
    { kind: 'heading', text: '一、基本情况' },
    {
      kind: 'fields',
      fields: [
        { label: '单位名称', value: subject.enterprise },
        { label: '重大危险源名称', value: dossier.name },
        { label: '地址', value: dossier.address },
        {
          label: '经纬度(WGS84)',
          value:
            dossier.position === null
              ? ''
              : `${dossier.position.longitude}, ${dossier.position.latitude}`,
        },
        { label: '类型', value: KIND_NAMES[dossier.kind] },
        { label: '投用时间', value: dossier.inUseSince ?? '' },
        { label: 'R 值', value: assessment.r ?? '—' },
        { label: '级别', value: levelText(assessment) },
        { label: '化工园区', value: dossier.chemicalPark === '' ? '否' : dossier.chemicalPark },
        {
          label: '最近防护目标',
          value: nearest === undefined ? '' : `${nearest} m`,
        },
        {
          label: '500 m 内人数',
          value:
            [surroundings.exposedPopulation, surroundings.countedOn]
              .filter((part) => part !== null)
              .join('（') + (surroundings.countedOn === null ? '' : ' 统计）'),
        },
        { label: '应急预案', value: dossier.emergency.planName },
      ],
    },
    { kind: 'heading', text: '二、主要装置、设施及生产（储存）规模' },
    { kind: 'paragraph', text: dossier.scale === '' ? '未填写' : dossier.scale },
    { kind: 'heading', text: '三、单元内危险化学品' },
    {
      kind: 'table',
      columns: [
        { title: '单元', width: 2 },
        { title: '化学品', width: 2 },
        { title: 'CAS / UN', width: 2 },
        { title: '状态、用途、工艺', width: 3 },
        { title: '温度 / 压力', width: 2 },
        { title: '设计最大量', width: 2, align: 'right' },
        { title: '临界量 t', width: 1.3, align: 'right' },
      ],
      rows: dossier.units.flatMap((unit, unitIndex) =>
        unit.substances.map((substance, index) => {
          const line = assessment.units[unitIndex]?.lines[index] ?? null
          return [
            unit.name,
            substance.name,
            joined([substance.cas, substance.un === '' ? '' : `UN ${substance.un}`]),
            joined([substance.physicalState, substance.purpose, substance.process]),
            joined([substance.temperature, substance.pressure]),
            quantityText(substance.quantity) ?? '',
            line?.criticalQuantity ?? '—',
          ]
        }),
      ),
      whenEmpty: '没有填写化学品',
    },
    ...surroundingBlocks(subject),
  ]
}

function surroundingBlocks({ snapshot }: FormSubject): readonly PdfBlock[] {
  const { dossier } = snapshot
  return [
    { kind: 'heading', text: '四、500 米内防护目标' },
    {
      kind: 'table',
      columns: [
        { title: '目标', width: 3 },
        { title: '类别', width: 2 },
        { title: '距厂界 m', align: 'right' },
        { title: '人数', align: 'right' },
        { title: '电话', width: 2 },
      ],
      rows: dossier.surroundings.targets.map((target) => [
        target.name,
        target.kind,
        String(target.distanceMetres ?? ''),
        String(target.people ?? ''),
        target.phone,
      ]),
      whenEmpty: '没有填写防护目标',
    },
    { kind: 'heading', text: '五、近三年事故' },
    {
      kind: 'table',
      columns: [
        { title: '日期', width: 2 },
        { title: '死亡', align: 'right' },
        { title: '受伤', align: 'right' },
        { title: '经过', width: 6 },
      ],
      rows: dossier.accidents.map((accident) => [
        accident.on ?? '',
        String(accident.deaths),
        String(accident.injured),
        accident.description,
      ]),
      whenEmpty: '无',
    },
    { kind: 'heading', text: '六、主要设备' },
    {
      kind: 'table',
      columns: [
        { title: '位号', width: 2 },
        { title: '名称', width: 3 },
        { title: '规格', width: 4 },
        { title: '数量', align: 'right' },
      ],
      rows: dossier.equipment.map((item) => [
        item.tag,
        item.name,
        item.specification,
        String(item.count ?? ''),
      ]),
      whenEmpty: '没有填写设备',
    },
  ]
}
