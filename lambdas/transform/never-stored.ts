/** Words that make an unknown field a secret, whatever it holds; compared without case, spaces and punctuation. */
const secretWords = /secret|token|password|authorization|apikey/;

/** Whether an unknown field or a map's key says by its name that its value must not be stored. */
export const isSecretName = (name: string): boolean => secretWords.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
