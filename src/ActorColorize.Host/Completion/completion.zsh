#compdef actorcolorize
# Completion of 'actorcolorize' for zsh: source <(actorcolorize completion zsh)
_actorcolorize() {
  local line="${(j: :)words[1,CURRENT]}"
  local -a suggestions
  suggestions=(${(f)"$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"})
  if (( ${#suggestions} )); then
    compadd -- "${suggestions[@]}"
  else
    _files
  fi
}
if [ "${funcstack[1]}" = "_actorcolorize" ]; then
  _actorcolorize "$@" # autoloaded from a folder of fpath
else
  compdef _actorcolorize actorcolorize
fi
