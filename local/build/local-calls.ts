/** Header that the commands send to the paths that only they call: no web page can send it. */
export const LOCAL_HEADER = 'x-chapar-local'
