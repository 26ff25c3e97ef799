# Completion of 'actorcolorize' for bash: source <(actorcolorize completion bash)
_actorcolorize() {
  local IFS=$'\n'
  COMPREPLY=($("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null))
}
# Where nothing is suggested, bash completes file names.
complete -o default -F _actorcolorize actorcolorize
