/** Of every AWS client: without it the SDK waits for an answer that never comes until the function is ended. */
export const requestHandler = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };
