import { share } from './chance.ts';

export interface Person {
  readonly name: string;
  /** Before the customer's number in the e-mail address. */
  readonly mailbox: string;
  readonly line1: string;
  readonly city: string;
  /** '' where an address has none. */
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
  readonly phone: string;
  readonly locale: string;
  /** '' for a private person. */
  readonly company: string;
}

type Ten = [string, string, string, string, string, string, string, string, string, string];

/**
 * Invented customers in the scripts that real ones write in: name, mailbox, street, city, state, postal code, country,
 * telephone, locale, company. Telephone numbers are of ranges kept for fiction where a country has one.
 */
const lines = [
  'Amelia Stone|amelia.stone|41 Juniper Street|Portland|OR|97205|US|+1 503 555 0114|en-US|',
  'Marcus O’Neil|marcus.oneil|2200 Lakeshore Ave, Apt 7B|Oakland|CA|94606|US|+1 510 555 0172|en-US|O’Neil & Daughters LLC',
  'Beatriz Ibáñez Muñoz|beatriz.ibanez|Calle de la Luna, 12, 3.º izda.|Málaga|MA|29005|ES|+34 600 000 114|es-ES|',
  'Jürgen Weiß|juergen.weiss|Königsstraße 9|Köln|NW|50667|DE|+49 221 5550 112|de-DE|Weiß Maschinenbau GmbH & Co. KG',
  'Zoë van ’t Hof|zoe.vanthof|Prinsengracht 263|Amsterdam||1016 GV|NL|+31 20 555 0119|nl-NL|',
  'Łukasz Święcki|lukasz.swiecki|ul. Żeromskiego 4/8|Łódź||90-001|PL|+48 42 555 01 18|pl-PL|',
  'Ольга Кравченко|olga.kravchenko|вулиця Шевченка, 17|Львів||79000|UA|+380 32 555 0121|uk-UA|',
  'Ελένη Παπαδοπούλου|eleni.papadopoulou|Οδός Ερμού 25|Αθήνα||105 63|GR|+30 21 0555 0133|el-GR|',
  'ليلى الصباح|layla.alsabah|شارع الخليج العربي، قطعة ٣|مدينة الكويت||13001|KW|+965 5550 0145|ar-KW|شركة النخيل للتجارة',
  'נועה ברק|noa.barak|רחוב הרצל 8|תל אביב||6688101|IL|+972 3 555 0147|he-IL|',
  '佐藤 美咲|misaki.sato|神南1丁目2-3 メゾン渋谷405号室|渋谷区|東京都|150-0041|JP|+81 3 5550 0151|ja-JP|株式会社さくら企画',
  '王小明|xiaoming.wang|建国路88号3单元|北京|北京市|100022|CN|+86 10 5550 0162|zh-CN|',
  '김지우|jiwoo.kim|테헤란로 152|서울특별시||06236|KR|+82 2 5550 0173|ko-KR|',
  'प्रिया शर्मा|priya.sharma|14, गांधी मार्ग|जयपुर|RJ|302001|IN|+91 141 555 0184|hi-IN|',
  'สมชาย ใจดี|somchai.jaidee|99 ถนนสุขุมวิท|กรุงเทพมหานคร||10110|TH|+66 2 555 0195|th-TH|',
  'Siobhán Ní Dhomhnaill|siobhan.nidhomhnaill|3 Main Street|Galway||H91 X2Y3|IE|+353 20 555 0106|en-IE|',
  'Harriet Clarke 🌿|harriet.clarke|7 "The Old Forge"\\Mill Lane|York||YO1 7HH|GB|+44 1632 960117|en-GB|Clarke, Clarke & Sons Ltd.',
  'João Antônio Conceição|joao.conceicao|Rua São Bento, 500|São Paulo|SP|01010-001|BR|+55 11 5550 0128|pt-BR|',
  'Geneviève Côté|genevieve.cote|1450, rue Saint-Denis|Montréal|QC|H2X 3J8|CA|+1 514 555 0139|fr-CA|',
];

const people = lines.map((line): Person => {
  const [name, mailbox, line1, city, state, postalCode, country, phone, locale, company] = line.split('|') as Ten;
  return { name, mailbox, line1, city, state, postalCode, country, phone, locale, company };
});

/** The person behind a customer number; many customers share a name, none an e-mail address. */
export const personOf = (customer: number): Person => people[customer % people.length] as Person;

export const emailOf = (customer: number): string => `${personOf(customer).mailbox}.${customer}@example.com`;

/** The customer number of an e-mail address, in any letter case; -1 if it is nobody's. */
export function customerOfEmail(email: string): number {
  const customer = Number(/\.(\d{1,9})@example\.com$/i.exec(email)?.[1] ?? -1);
  return customer >= 0 && emailOf(customer) === email.toLowerCase() ? customer : -1;
}

const customers = 50_000;

/** Who made payment `index`: a few buy often, most once. -1: the payment has no customer. */
export function customerAt(seed: number, index: number): number {
  const where = share(seed ^ 0xc057, index);
  return where > 0.97 ? -1 : Math.floor(customers * (where / 0.97) ** 3);
}
